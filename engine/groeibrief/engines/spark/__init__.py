"""The engine for more than one machine: the same statements on Apache Spark 4. Needs the extra ``spark`` and Java."""

from groeibrief.engines.spark.engine import SparkEngine

__all__ = ["SparkEngine"]
