"""Servers on loopback that speak the providers' wire protocols; the real SDKs are driven against them."""
