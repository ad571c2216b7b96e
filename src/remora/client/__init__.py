"""A client of the Debug Adapter Protocol, for asyncio."""

from .client import Client, Disconnected, RequestFailed, RequestTimeout
from .session import Session, Snapshot

__all__ = ["Client", "Disconnected", "RequestFailed", "RequestTimeout", "Session", "Snapshot"]
