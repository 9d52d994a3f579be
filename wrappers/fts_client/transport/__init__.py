"""How requests reach the server: the only folder that imports httpx and h11."""
