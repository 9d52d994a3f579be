from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

STORAGE = "/config/cloud_storage/S3:HOST"
NO_KEYS = dict.fromkeys(
    ["access_token", "access_token_secret", "request_token", "request_token_secret"]
)


@pytest.fixture
def admin(connect: Callable[..., httpx.Client]) -> httpx.Client:
    client = connect("admin")
    client.headers.update({"Accept": "application/json"})
    return client


def register(admin: httpx.Client, **fields: Any) -> httpx.Response:
    return admin.post("/config/cloud_storage", json={"storage_name": "S3:HOST", **fields})


def test_registration_answers_the_whole_name(admin: httpx.Client) -> None:
    answer = register(admin)

    assert (answer.status_code, answer.text) == (201, "S3:HOST")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize(
    ("sent", "stored"), [(0, "0"), (False, "0"), ({"a": 1}, "{'a': 1}"), (["a"], "a"), ([7], "7")]
)
def test_keys_of_another_type_are_stored_as_the_database_driver_writes_them(
    admin: httpx.Client, sent: Any, stored: str
) -> None:
    fields = ("app_key", "app_secret", "service_api_url")
    assert register(admin, **dict.fromkeys(fields, sent)).status_code == 201
    admin.post(STORAGE, json={"vo_name": "cms", "access_key": sent})

    (entry,) = admin.get("/config/cloud_storage").json()
    assert [entry[name] for name in fields] == [stored] * 3
    assert entry["users"][0]["access_token"] == stored


@pytest.mark.parametrize("sent", ["key", "", None])
@pytest.mark.parametrize(
    ("key", "token"), [("access_key", "access_token"), ("secret_key", "access_token_secret")]
)
def test_key_wins_over_the_token_even_if_it_is_empty_or_null(
    admin: httpx.Client, key: str, token: str, sent: str | None
) -> None:
    register(admin)
    for body in ({}, {key: sent}):
        admin.post(STORAGE, json={"vo_name": "cms", token: "token", **body})
        (user,) = admin.get(STORAGE).json()
        assert user[token] == body.get(key, "token")


def test_registration_again_clears_what_it_leaves_out_and_keeps_users(
    admin: httpx.Client,
) -> None:
    register(admin, **dict.fromkeys(("app_key", "app_secret"), "k"))
    admin.post(STORAGE, json={"vo_name": "cms"})
    register(admin, service_api_url="https://x.org")

    (found,) = admin.get("/config/cloud_storage").json()
    assert [user["vo_name"] for user in found.pop("users")] == ["cms"]
    assert found == {
        "storage_name": "S3:HOST",
        "app_key": None,
        "app_secret": None,
        "service_api_url": "https://x.org",
    }


def test_keys_come_back_as_tokens(admin: httpx.Client) -> None:
    register(admin)
    answer = admin.post(STORAGE, json={"vo_name": "cms", "access_key": "A", "secret_key": "B"})

    assert answer.status_code == 201
    assert answer.json() == {"storage_name": "S3:HOST", "user_dn": "", "vo_name": "cms"}
    assert admin.get("/config/cloud_storage/S3%3AHOST").json() == [
        {
            **NO_KEYS,
            "storage_name": "S3:HOST",
            "user_dn": "",
            "vo_name": "cms",
            "access_token": "A",
            "access_token_secret": "B",
        }
    ]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "One of user_dn or vo_name must be specified"),
        ({"vo_name": "v", "user_dn": "/CN=a"}, "Only one of user_dn or vo_name must be specified"),
    ],
)
def test_user_is_a_dn_or_a_vo(admin: httpx.Client, body: dict[str, str], message: str) -> None:
    register(admin)
    answer = admin.post(STORAGE, json=body)

    assert (answer.status_code, answer.json()["message"]) == (400, message)


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_unknown_storage_is_404_before_the_body_is_read(admin: httpx.Client, method: str) -> None:
    answer = admin.request(method, "/config/cloud_storage/nope", content=b"{")

    assert (answer.status_code, answer.json()["message"]) == (404, "The storage does not exist")


def test_deleting_a_storage_takes_its_users_with_it(admin: httpx.Client) -> None:
    register(admin)
    admin.post(STORAGE, json={"vo_name": "cms"})

    assert admin.delete(STORAGE).status_code == 204
    register(admin)
    assert admin.get(STORAGE).json() == []


def test_user_is_deleted_by_vo_and_an_unknown_one_is_204(admin: httpx.Client) -> None:
    register(admin)
    admin.post(STORAGE, json={"vo_name": "cms"})

    assert [admin.delete(f"{STORAGE}/CMS").status_code for _ in range(2)] == [204, 204]
    assert admin.get(STORAGE).json() == []
    assert admin.delete(f"{STORAGE}//CN=a/CN=b").status_code == 405


@pytest.mark.parametrize(
    "body",
    [{"storage_name": None}, {"storage_name": "n" * 151}, {"storage_name": "x", "app_key": 5}],
)
def test_what_the_reference_answers_500_is_400(admin: httpx.Client, body: dict[str, Any]) -> None:
    assert admin.post("/config/cloud_storage", json=body).status_code == 400
    assert admin.get("/config/cloud_storage").json() == []
