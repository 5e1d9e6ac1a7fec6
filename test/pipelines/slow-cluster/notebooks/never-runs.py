# Databricks notebook source
dbutils.notebook.exit("never reached")
