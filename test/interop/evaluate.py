"""Operations of xdas on given arrays, many in one request: the Python half of operations.test.ts."""

import inspect
import re

import numpy as np
import scipy.signal
import xdas as xd
import xdas.atoms as xa
import xdas.atoms.operations
import xdas.core.methods
import xdas.fft
import xdas.picking
import xdas.signal
import xdas.spectral
import xdas.trigger
from xdas.core.dataarray import HANDLED_METHODS, HANDLED_NUMPY_FUNCTIONS

MODULES = {
    "atoms": xa,
    "operations": xdas.atoms.operations,
    "signal": xdas.signal,
    "fft": xdas.fft,
    "spectral": xdas.spectral,
    "methods": xdas.core.methods,
    "numpy": np,
}


def public_names():
    """Every public atom and function of xdas, as module.name."""

    def functions(module):
        for name, value in sorted(vars(module).items()):
            if not name.startswith("_") and inspect.isfunction(value):
                yield name, value

    names = [f"atoms.{name}" for name in xa.__all__]
    names += [f"operations.{name}" for name in xdas.atoms.operations.__all__]
    for key in ("signal", "fft", "spectral"):
        module = MODULES[key]
        names += [
            f"{key}.{name}"
            for name, value in functions(module)
            if inspect.unwrap(value).__module__ == module.__name__
        ]
    names += [f"methods.{name}" for name in HANDLED_METHODS]
    listed = {id(getattr(MODULES[key], name)) for key, name in (one.split(".") for one in names) if key != "methods"}
    # what is public elsewhere and is no other name of one of these
    for key, module in (("xdas", xd), ("picking", xdas.picking), ("trigger", xdas.trigger)):
        names += [
            f"{key}.{name}"
            for name, value in functions(module)
            if inspect.unwrap(value).__module__.startswith("xdas") and id(value) not in listed
            if key == "xdas" or inspect.unwrap(value).__module__ == module.__name__
        ]
    names += [f"numpy.{function.__name__}" for function in HANDLED_NUMPY_FUNCTIONS]
    return sorted(set(names))


def argument(key, value):
    """An option as xdas takes it: tuples for windows and bands, arrays for coefficients, durations from text."""
    if key in ("freq", "cutoff") and isinstance(value, list):
        return tuple(value)
    if key == "window" and isinstance(value, list):
        return tuple(value) if isinstance(value[0], str) else np.array(value)
    if key in ("b", "a", "sos", "taps", "zi") and isinstance(value, list):
        return np.array(value, dtype=float)
    if key == "interval" and isinstance(value, str):
        return np.timedelta64(int(value.removesuffix("ns")), "ns")
    if key == "limits" and isinstance(value[0], str):
        return [np.datetime64(int(x), "ns") for x in value]
    return value


def snake(name):
    return re.sub(r"(?<=.)([A-Z])", lambda match: "_" + match.group(1).lower(), name)


def resolve(target, options):
    """What is called with the data, and the atom of it."""
    module, name = target.split(".")
    found = getattr(MODULES[module], name)
    if inspect.isclass(found):
        atom = build_atom(found, options)
        return atom, lambda: atom
    if module == "numpy":
        return (lambda da: found(da, **options)), lambda: xa.Partial(found, **options)
    names = list(inspect.signature(found).parameters)
    before = names[: names.index("da")]
    positional = [options[key] for key in before]
    rest = {key: value for key, value in options.items() if key not in before}
    return (lambda da: found(*positional, da, **rest)), lambda: found(*positional, ..., **rest)


def build_atom(cls, options):
    if cls is xa.Sequential:
        return cls([build_atom(getattr(xa, name), plain(given)) for one in options["atoms"] for name, given in one.items()])
    if cls is xa.Partial:
        return cls(getattr(np, options["func"]))
    return cls(**options)


def plain(options):
    return {snake(key): argument(snake(key), value) for key, value in options.items()}


def run(item, da):
    """What an item of `evaluate` makes of an array."""
    function, make = resolve(item["target"], plain(item["options"]))
    if item["cuts"] is None:
        result = make()(da) if item["atom"] else function(da)
    else:
        atom, dim = make(), item["chunkDim"]
        pieces = xd.split(da, item["cuts"], dim) if item["cuts"] else [da]
        outs = list(atom.iter_chunks(pieces, chunk_dim=dim))
        result = atom._join(outs, dim) if outs else None
    return result[0] if isinstance(result, tuple) else result  # without the state after the last sample


def moved_by_last_bits(item, da):
    """
    How far a result moves where every coefficient of the filters that are designed for it changes by one unit in the last
    place, to first order: the largest over all samples of the sum over all coefficients. Zeros and the leading 1 stay.
    """
    design = scipy.signal.iirfilter
    counts = set()

    def result(which):
        def designing(*args, **kwargs):
            filters = design(*args, **kwargs)
            parts = [np.array(part, dtype=float) for part in (filters if isinstance(filters, tuple) else (filters,))]
            places = [(part, k) for part in parts for k in np.flatnonzero((part != 0) & (part != 1))]
            counts.add(len(places))
            if which is not None:
                part, k = places[which]
                part.flat[k] = np.nextafter(part.flat[k], np.inf)
            return tuple(parts) if isinstance(filters, tuple) else parts[0]

        scipy.signal.iirfilter = designing
        try:
            return np.asarray(run(item, da), dtype=float)
        finally:
            scipy.signal.iirfilter = design

    own = result(None)
    (count,) = counts
    return float(sum(np.abs(result(which) - own) for which in range(count)).max())


def evaluate(item, da, describe_result, pack):
    """{"target": "signal.detrend", "options": {...}, "cuts": [...] | null, "chunkDim": "time"} on an array."""
    try:
        result = run(item, da)
        if isinstance(result, (np.ndarray, np.generic)):
            values = np.asarray(result)
            return {"values": pack(values.astype("uint8") if values.dtype == bool else values)}
        if isinstance(result, xd.DataArray) and result.dtype == bool:
            result = result.copy(data=result.values.astype("uint8"))
        return describe_result(result)
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"}

