# Databricks notebook source
frost = 2

# COMMAND ----------

assert frost == 0, f"{frost} days < 0 °C"
