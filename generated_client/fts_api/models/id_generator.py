from typing import Literal

IdGenerator = Literal["deterministic", "standard"]

ID_GENERATOR_VALUES: set[IdGenerator] = {
    "deterministic",
    "standard",
}


def check_id_generator(value: str) -> IdGenerator:
    if value in ID_GENERATOR_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {ID_GENERATOR_VALUES!r}")
