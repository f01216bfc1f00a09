"""Who said what about which contested ballot, when and where: news articles in, evidence-backed tables out."""

__version__ = "0.1.0"
