"""Read packets that dasflow wrote with the xdas that is installed, and say what differs from what they should hold.

    python check_packets.py DIR     DIR/expected.json and DIR/<packet>.nc, written by write-packets.js

Prints one JSON object: {"xdas": version, "checked": n, "failures": {packet: reason}}; exits 1 if there are failures.
"""
import base64, json, os, sys, warnings
import numpy as np
import xdas as xd
from importlib.metadata import version
from xdas.processing.core import frombuffer

warnings.filterwarnings("ignore")
folder = sys.argv[1]
VERSION = version("xdas")
OLD = tuple(map(int, VERSION.split("."))) < (0, 2, 9)


def values_of(dtype, texts):
    if dtype.startswith("U"):
        return np.array(texts, dtype="U")
    dtype = np.dtype(dtype)
    if dtype.kind in "Mm":
        return np.array([int(t) for t in texts], "i8").view(dtype)
    if dtype.kind in "iu":
        return np.array([int(t) for t in texts], dtype)
    return np.array([float(t) for t in texts], dtype)


def delta_of(dtype, text):
    dtype = np.dtype(dtype)
    if dtype.kind == "M":
        return np.timedelta64(int(text), "ns")
    return dtype.type(float(text) if dtype.kind == "f" else int(text))


def coordinate_of(c):
    """What the coordinate should be in this xdas, as input of its constructor."""
    dtype = "i8" if c["dtype"].startswith("m8") else c["dtype"]  # xdas reads durations as integers
    if c["type"] == "scalar":
        return values_of(dtype, c["values"])[0]
    if c["type"] == "dense":
        return (c["dim"], values_of(dtype, c["values"]))
    data = {"tie_values": values_of(dtype, c["tie_values"])}
    if c["type"] == "interpolated":
        data["tie_indices"] = np.array(c["tie_indices"], int)
        if c["numerator"] is not None and not OLD and not c.get("bare"):
            data["sampling_numerator"] = delta_of(dtype, c["numerator"])
            data["sampling_denominator"] = int(c["denominator"])
            data["tolerance"] = delta_of(dtype, c["tolerance"])
    else:
        data["tie_lengths"] = np.array(c["tie_lengths"], int)
        if c["denominator"] == "1":
            data["sampling_interval"] = delta_of(dtype, c["numerator"])
        else:
            data["sampling_numerator"] = delta_of(dtype, c["numerator"])
            data["sampling_denominator"] = int(c["denominator"])
    return (c["dim"], data)


def attribute_of(a):
    if a["dtype"] == "U":
        return a["values"][0] if a["scalar"] else a["values"]
    values = values_of(a["dtype"], a["values"])
    return values[0] if a["scalar"] else values


def check(name, e):
    if VERSION in e["refusedBy"]:
        try:
            frombuffer(open(f"{folder}/{name}.nc", "rb").read())
        except Exception:
            return None
        return "was read, though it holds what this xdas has no words for"
    back = frombuffer(open(f"{folder}/{name}.nc", "rb").read())
    data = np.frombuffer(base64.b64decode(e["values"]), e["dtype"]).reshape(e["shape"])
    coords = {k: coordinate_of(c) for k, c in e["coords"].items()}
    want = xd.DataArray(data, coords, dims=e["dims"], name=e["name"], attrs={k: attribute_of(a) for k, a in e["attrs"].items()} or None)
    if list(back.dims) != e["dims"]:
        return f"dims {back.dims}"
    if back.name != want.name:
        return f"name {back.name!r}"
    if e.get("accuracy") and np.max(np.abs(back.values - data)) <= e["accuracy"]:
        data = back.values
    if back.dtype != data.dtype or not np.array_equal(back.values, data, equal_nan=data.dtype.kind == "f"):
        return f"values differ ({back.dtype})"
    if set(back.coords) != set(want.coords):
        return f"coords {list(back.coords)}"
    for k in want.coords:
        a, b = back.coords[k], want.coords[k]
        if type(a) is not type(b) or a.dim != b.dim:
            return f"{k}: {type(a).__name__} along {a.dim}"
        if not a.equals(b):
            nan = np.asarray(a.values).dtype == np.asarray(b.values).dtype and np.array_equal(a.values, b.values, equal_nan=True)
            if not (nan and type(a).__name__ == "DenseCoordinate"):  # 0.2.7 takes NaN for unequal to itself
                return f"{k}: {a.data} is not {b.data}"
        if not OLD:
            regular = e["coords"][k].get("numerator") is not None and not e["coords"][k].get("bare")
            regular = regular and not (e["coords"][k]["type"] == "sampled" and len(b) < 2)  # 0.2.10 wants two samples
            if a.isregular() != regular:
                return f"{k}: isregular() is {a.isregular()}"
    got = dict(back.attrs or {})
    if set(got) != set(e["attrs"]):
        return f"attrs {list(got)}"
    for k, a in e["attrs"].items():
        b = attribute_of(a)
        if np.ndim(got[k]) != np.ndim(b) or not np.array_equal(np.asarray(got[k]), np.asarray(b), equal_nan=np.asarray(b).dtype.kind == "f"):
            return f"attribute {k} is {got[k]!r}"
    if e.get("before"):
        before = frombuffer(open(f"{folder}/{e['before']}.nc", "rb").read())
        joined = (getattr(xd, "concat", None) or xd.concatenate)([before, back], back.dims[0])
        if not joined.equals(before):
            return "concatenating it changed the array before it"
    return None


expected = json.load(open(f"{folder}/expected.json"))
failures = {}
checked = 0
for name, e in expected.items():
    if VERSION in e["notFor"]:
        continue
    checked += 1
    try:
        why = check(name, e)
    except Exception as error:
        why = f"{type(error).__name__}: {error}"[:300]
    if why:
        failures[name] = why
json.dump({"xdas": VERSION, "checked": checked, "failures": failures}, sys.stdout, ensure_ascii=False, indent=1)
print()
sys.exit(1 if failures else 0)
