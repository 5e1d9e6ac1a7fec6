# Databricks notebook source
total = sum(range(10))
print(f"the total is {total}, and nobody is told")
