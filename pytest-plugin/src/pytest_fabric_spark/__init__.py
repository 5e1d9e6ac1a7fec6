"""Runs Spark tests inside Microsoft Fabric and reports them as if they had run here."""
