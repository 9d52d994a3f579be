"""How tight is the OpenAPI document? It must admit what a real server does, and refuse what differs slightly."""
