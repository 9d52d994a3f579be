"""How tight is the OpenAPI document? It must admit what a real server does, and refuse what is not quite that."""
