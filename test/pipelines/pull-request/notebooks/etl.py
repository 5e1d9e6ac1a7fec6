# Databricks notebook source
dbutils.notebook.exit("1461 rows")
