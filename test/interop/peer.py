"""The Python side of the live tests: one process with a real xdas, driven by JSON lines.

Every line on stdin is either a request {"id", "command", "args"} or a word to a running one {"id", "tell", ...}; every
line on stdout is a reply {"id", "result"}, a failure {"id", "error", "traceback"}, or news of a running command
{"id", "event", ...}. Each request runs in a thread of its own, so that a subscriber can wait while another command works;
its sockets are made, used and closed in that thread. The process ends when stdin does.

Arrays cross as descriptions (see description.ts): raw little-endian bytes in base64 with dtype and shape, coordinates by
what defines them (tie points, intervals as integers of nanoseconds), so that nothing is rounded on the way.
"""

import base64
import importlib.metadata
import json
import os
import platform
import queue
import re
import sys
import threading
import time
import traceback
import types
import warnings

# Only replies may go to the real stdout; whatever a library prints goes to stderr.
replies = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
os.dup2(2, 1)
warnings.filterwarnings("ignore")

import h5py  # noqa: E402
import hdf5plugin  # noqa: E402
import numpy as np  # noqa: E402
import obspy  # noqa: E402
import pandas as pd  # noqa: E402
import xdas as xd  # noqa: E402
import zmq  # noqa: E402
from obspy.clients.filesystem import sds  # noqa: E402
from xdas.io import asn  # noqa: E402
from xdas.processing.core import (  # noqa: E402
    DataArrayLoader,
    DataArrayWriter,
    ZMQPublisher,
    ZMQSubscriber,
    frombuffer,
    process,
    tobytes,
)

VERSION = importlib.metadata.version("xdas")
HAS_GREETING = hasattr(ZMQPublisher, "wait_for_subscribers")
PROBE_NAME = "__probe__"

lock = threading.Lock()
held = {}


def send(message):
    line = json.dumps(message, allow_nan=False)
    with lock:
        replies.write(line + "\n")
        replies.flush()


class Task:
    """What a command can do besides returning: send news, and hear the other side."""

    def __init__(self, id):
        self.id = id
        self.heard = queue.Queue()

    def event(self, name, **fields):
        send({"id": self.id, "event": name, **fields})


# --- arrays as descriptions ------------------------------------------------------------------------------------------


def pack(values):
    values = np.asarray(values)
    if values.dtype.kind in "OUST":
        return {"dtype": "string", "shape": list(values.shape), "text": [str(x) for x in values.ravel()]}
    if values.dtype.kind in "mM":
        name = {"M": "datetime64[ns]", "m": "timedelta64[ns]"}[values.dtype.kind]
        values = values.astype(name).astype("<i8")
    else:
        name = str(values.dtype.newbyteorder("="))
        values = values.astype(values.dtype.newbyteorder("<"))
    data = np.ascontiguousarray(values).tobytes()
    return {"dtype": name, "shape": list(np.shape(values)), "base64": base64.b64encode(data).decode()}


def unpack(packed):
    shape = tuple(packed["shape"])
    if packed["dtype"] == "string":
        # of one length, as numpy has them; "" would otherwise become a dtype of length zero
        return np.array(packed["text"], dtype=str).reshape(shape)
    data = base64.b64decode(packed["base64"])
    if packed["dtype"] in ("datetime64[ns]", "timedelta64[ns]"):
        return np.frombuffer(data, "<i8").astype("i8").view(packed["dtype"]).reshape(shape)
    dtype = np.dtype(packed["dtype"])
    return np.frombuffer(data, dtype.newbyteorder("<")).astype(dtype).reshape(shape)


def unpack_scalar(packed):
    value = unpack(packed)[()]
    return str(value) if packed["dtype"] == "string" else value


def describe_coordinate(name, coordinate):
    kind = type(coordinate).__name__.removesuffix("Coordinate").lower()
    out = {"name": name, "dim": coordinate.dim, "type": {"interp": "interpolated"}.get(kind, kind)}
    if kind in ("interp", "sampled"):
        data = coordinate.data
        out["tieValues"] = pack(data["tie_values"])
        if kind == "interp":
            out["tieIndices"] = [int(x) for x in data["tie_indices"]]
        else:
            out["tieLengths"] = [int(x) for x in data["tie_lengths"]]
        numerator, denominator = data.get("sampling_numerator"), data.get("sampling_denominator")
        if numerator is None and data.get("sampling_interval") is not None:  # 0.2.7 keeps the interval itself
            numerator, denominator = data["sampling_interval"], 1
        if numerator is not None:
            out["samplingNumerator"] = pack(numerator)
            out["samplingDenominator"] = pack(np.asarray(denominator))
        if data.get("tolerance") is not None:
            out["tolerance"] = pack(data["tolerance"])
    else:
        out["values"] = pack(coordinate.values)
    out["regular"] = bool(coordinate.isregular()) if hasattr(coordinate, "isregular") else None
    return out


def describe(da):
    return {
        "name": da.name,
        "dims": list(da.dims),
        "values": pack(da.values),
        "attrs": {key: pack(value) for key, value in (da.attrs or {}).items()},
        "coords": [describe_coordinate(name, coordinate) for name, coordinate in da.coords.items()],
    }


def build_coordinate(described):
    kind = described["type"]
    if kind in ("interpolated", "sampled"):
        ties = unpack(described["tieValues"])
        data = {"tie_values": ties}
        if kind == "interpolated":
            data["tie_indices"] = np.array(described["tieIndices"], dtype=int)
        else:
            data["tie_lengths"] = np.array(described["tieLengths"], dtype=int)
        if "samplingNumerator" in described and (HAS_GREETING or kind == "sampled"):
            numerator = unpack_scalar(described["samplingNumerator"])
            denominator = unpack_scalar(described["samplingDenominator"])
            if HAS_GREETING:
                data["sampling_numerator"], data["sampling_denominator"] = numerator, denominator
                if "tolerance" in described:
                    data["tolerance"] = unpack_scalar(described["tolerance"])
            else:  # 0.2.7 knows an interval, and that of sampled coordinates alone
                data["sampling_interval"] = numerator // denominator if denominator != 1 else numerator
    elif kind == "scalar":
        return unpack_scalar(described["values"])
    else:
        data = unpack(described["values"])
    return data if described["dim"] == described["name"] else (described["dim"], data)


def build_attribute(packed):
    if not packed["shape"]:
        return unpack_scalar(packed)
    # texts as objects: h5netcdf writes no others
    return np.array(packed["text"], dtype=object) if packed["dtype"] == "string" else unpack(packed)


def build(described):
    coords = {c["name"]: build_coordinate(c) for c in described["coords"]}
    attrs = {k: build_attribute(v) for k, v in described["attrs"].items()}
    return xd.DataArray(
        unpack(described["values"]), coords, dims=described["dims"], name=described["name"], attrs=attrs or None
    )


def build_source(source):
    """The packets that a source describes: a list of arrays."""
    if "key" in source:
        arrays = [held[source["key"]]]
    elif "arrays" in source:
        arrays = [build(described) for described in source["arrays"]]
    elif "path" in source:
        arrays = [xd.open_dataarray(source["path"]).load()]
    elif "synthetics" in source:
        arrays = [getattr(xd.synthetics, source["synthetics"])()]
    elif "dummy" in source:
        arrays = [xd.testing.dummy(**source["dummy"])]
    else:
        raise ValueError(f"no source in {sorted(source)}")
    if "split" in source:
        arrays = [part for array in arrays for part in xd.split(array, source["split"])]
    return arrays


def build_encoding(encoding):
    """{"chunks": [...], "codec": ["Zfp", {"accuracy": 1e-6}], and h5netcdf's own keywords} as xdas takes them."""
    if encoding is None:
        return None
    out = {key: value for key, value in encoding.items() if key != "codec"}
    if "chunks" in out:
        out["chunks"] = tuple(out["chunks"])
    if "codec" in encoding:
        name, options = encoding["codec"]
        out.update(getattr(hdf5plugin, name)(**options))
    return out


def snake(name):
    return re.sub(r"([A-Z])", lambda match: "_" + match.group(1).lower(), name)


def build_atom(stages):
    """[{"Filter": {"freq": [1, 10]}}, ...] as a pipeline declares them, as xdas's atoms."""
    atoms = []
    for stage in stages:
        ((name, options),) = stage.items()
        options = {snake(key): value for key, value in (options or {}).items()}
        for key in ("freq", "cutoff", "window"):
            if isinstance(options.get(key), list):
                options[key] = tuple(options[key])
        for key in ("b", "a", "sos"):
            if isinstance(options.get(key), list):
                options[key] = np.array(options[key], dtype=float)
        atoms.append(getattr(xd.atoms, name)(**options))
    return xd.atoms.Sequential(atoms)


def describe_result(result):
    if result is None:
        return {"nothing": True}
    if isinstance(result, pd.DataFrame):
        return {
            "columns": {name: pack(result[name].to_numpy()) for name in result.columns},
            "csv": result.to_csv(index=False),
        }
    if isinstance(result, xd.DataArray):
        return {"array": describe(result)}
    return {"arrays": [describe(item) for item in result]}


def describe_tree(item):
    """A collection by kind, name and items, level by level; what hangs on its ends as results are described."""
    if not isinstance(item, xd.DataCollection):
        return describe_result(item)
    sequence = item.issequence()
    items = [[key, describe_tree(value)] for key, value in (enumerate(item) if sequence else item.items())]
    return {"kind": "sequence" if sequence else "mapping", "name": item.name, "items": items}


def build_tree(described):
    """The collection that describe_tree describes."""
    if "array" in described:
        return build(described["array"])
    items = {key: build_tree(value) for key, value in described["items"]}
    return xd.DataCollection(list(items.values()) if described["kind"] == "sequence" else items, described["name"])


def difference(got, expected):
    """None if xdas calls the two equal, otherwise in what they differ."""
    if got.equals(expected):
        return None
    reasons = []
    if got.name != expected.name:
        reasons.append(f"name {got.name!r}, expected {expected.name!r}")
    if got.dims != expected.dims:
        reasons.append(f"dims {got.dims}, expected {expected.dims}")
    if got.dtype != expected.dtype:
        reasons.append(f"dtype {got.dtype}, expected {expected.dtype}")
    if got.shape != expected.shape:
        reasons.append(f"shape {got.shape}, expected {expected.shape}")
    elif not np.array_equal(got.values, expected.values, equal_nan=got.dtype.kind == "f"):
        reasons.append("values")
    for name in sorted({*got.coords, *expected.coords}):
        if name not in got.coords or name not in expected.coords:
            reasons.append(f"coordinate {name!r} on one side only")
        elif not got.coords[name].equals(expected.coords[name]):
            a, b = got.coords[name], expected.coords[name]
            reasons.append(f"coordinate {name!r}: {type(a).__name__} {a.data!r}, expected {type(b).__name__} {b.data!r}")
    if got.attrs != expected.attrs:
        reasons.append(f"attrs {got.attrs!r}, expected {expected.attrs!r}")
    return "; ".join(reasons) or "equals says no"


# --- commands --------------------------------------------------------------------------------------------------------


def versions(task):
    names = ["xdas", "numpy", "scipy", "pandas", "h5py", "h5netcdf", "hdf5plugin", "pyzmq", "xarray"]
    return {"python": platform.python_version(), **{name: importlib.metadata.version(name) for name in names}}


def usage(task):
    """What this process has used so far."""
    import resource

    used = resource.getrusage(resource.RUSAGE_SELF)
    scale = 1 if sys.platform == "darwin" else 1024  # ru_maxrss is in bytes there, in kB elsewhere
    return {"cpuSeconds": used.ru_utime + used.ru_stime, "peakBytes": used.ru_maxrss * scale}


def end_point(socket):
    return socket.getsockopt_string(zmq.LAST_ENDPOINT)


def close(end):
    """Close as the xdas at hand can: 0.2.7 has no way, so its socket and context are closed here."""
    if hasattr(end, "close"):
        end.close()
    else:
        end._socket.close()
        end._context.term()


def greet(publisher, task, first, subscribers, timeout):
    """Return once the subscribers are there: xdas 0.2.10 can wait, 0.2.7 repeats a probe until told that it was seen."""
    if HAS_GREETING:
        publisher.wait_for_subscribers(subscribers, timeout)
        return
    probe = xd.DataArray(np.zeros_like(first.values), dims=first.dims, name=PROBE_NAME)
    deadline = time.monotonic() + timeout
    seen = 0
    while seen < subscribers:
        if time.monotonic() > deadline:
            raise TimeoutError(f"{seen} of {subscribers} subscribers have seen a probe within {timeout} s")
        publisher.submit(probe)
        try:
            task.heard.get(timeout=0.02)
            seen += 1
        except queue.Empty:
            pass


def publish(task, source, encoding=None, subscribers=1, timeout=30.0, describe_packets=True):
    """Publish the packets of a source; answer what each of them decodes to in this xdas."""
    packets = build_source(source)
    encoding = build_encoding(encoding)
    publisher = ZMQPublisher("tcp://127.0.0.1:*", encoding)
    try:
        task.event("bound", address=end_point(publisher._socket))
        greet(publisher, task, packets[0], subscribers, timeout)
        start = time.perf_counter_ns()
        for packet in packets:
            publisher.submit(packet)
        elapsed = time.perf_counter_ns() - start
        task.event("sent", count=len(packets))
        expected = []
        if describe_packets:
            lossy = encoding is not None and "compression" in encoding
            for packet in packets:
                expected.append(describe(frombuffer(tobytes(packet, encoding)) if lossy else packet))
        return {"packets": expected, "nanoseconds": elapsed}
    finally:
        close(publisher)


def subscribe(task, address, count, timeout=30.0, expected=None, return_packets=False):
    """Receive `count` packets, compare each with what is expected, answer what differed."""
    subscriber = ZMQSubscriber(address)
    subscriber._socket.setsockopt(zmq.RCVTIMEO, round(1000 * timeout))
    wanted = None if expected is None else build_source(expected)
    differences, packets, arrivals = [], [], []
    task.event("connected")
    try:
        for index in range(count):
            try:
                packet = next(subscriber)
            except (zmq.Again, TimeoutError):
                raise TimeoutError(f"{index} of {count} packets arrived, then none for {timeout} s") from None
            arrivals.append(time.perf_counter_ns())
            if return_packets:
                packets.append(describe(packet))
            if wanted is not None:
                different = difference(packet, wanted[index])
                if different is not None:
                    differences.append({"packet": index, "difference": different})
        surplus = 0
        subscriber._socket.setsockopt(zmq.RCVTIMEO, 200)
        while True:
            try:
                message = subscriber._socket.recv()
            except zmq.Again:
                break
            # the greeting is no packet, and neither is the empty one that ends a finite stream
            if message != b"xdas" and 0 not in frombuffer(message).shape:
                surplus += 1
        return {
            "received": count,
            "surplus": surplus,
            "differences": differences,
            "packets": packets,
            "nanoseconds": arrivals[-1] - arrivals[0] if arrivals else 0,
        }
    finally:
        close(subscriber)


def relay(task, address, stages, until, encoding=None, timeout=30.0):
    """xdas's own process() between a subscriber and a publisher, ended after the time `until` (ns since 1970, as text)."""
    publisher = ZMQPublisher("tcp://127.0.0.1:*", build_encoding(encoding))
    try:
        task.event("bound", address=end_point(publisher._socket))
        publisher.wait_for_subscribers(1, timeout)
        with ZMQSubscriber(address, timeout=timeout) as subscriber:
            task.event("connected")
            process(build_atom(stages), subscriber, publisher, until=np.datetime64(int(until), "ns"))
        task.event("done")
        task.heard.get(timeout=timeout)  # keep the socket until the other side has everything
        return {}
    finally:
        close(publisher)


def asn_socket(end):
    """The socket of an OptoDAS publisher or subscriber: 0.2.7 calls the publisher's otherwise."""
    return end._socket if hasattr(end, "_socket") else end.socket


def close_asn(end):
    if hasattr(end, "close"):
        end.close()
    else:
        asn_socket(end).close()


def publish_asn(task, phases, timeout=30.0):
    """Publish as an OptoDAS instrument, phase by phase: the first when there is a subscriber, each other one when told."""
    publisher = asn.ZMQPublisher("tcp://127.0.0.1:*")
    socket = asn_socket(publisher)
    try:
        task.event("bound", address=end_point(socket))
        if HAS_GREETING:
            publisher.wait_for_subscribers(1, timeout)
        elif socket.poll(round(1000 * timeout)):
            socket.recv()
        else:
            raise TimeoutError(f"no subscriber within {timeout} s")
        for index, arrays in enumerate(phases):
            for array in arrays:
                publisher.submit(build(array))
            task.event("sent", phase=index)
            deadline = time.monotonic() + timeout
            while task.heard.empty():
                if time.monotonic() > deadline:
                    raise TimeoutError(f"not told to go on after phase {index} within {timeout} s")
                # whatever looks at the socket lets ZeroMQ greet those that have come
                if HAS_GREETING:
                    known = publisher._nsubscribers  # without the underscore it reads what has come
                    publisher._read_subscriptions(0.02)
                    came = publisher._nsubscribers > known
                else:
                    came = bool(socket.poll(20)) and socket.recv()[0] == 1
                if came:  # the greeting is sent before the subscription is read
                    task.event("subscribed")
            task.heard.get()
        return {"header": publisher.header}
    finally:
        close_asn(publisher)


def subscribe_asn(task, address, count, timeout=30.0):
    """Receive `count` arrays of an OptoDAS stream, and answer them."""
    subscriber = asn.ZMQSubscriber(address)
    subscriber._socket.setsockopt(zmq.RCVTIMEO, round(1000 * timeout))
    task.event("greeted")
    try:
        return {"arrays": [describe(next(subscriber)) for _ in range(count)]}
    finally:
        close_asn(subscriber)


def encode(task, source, encoding=None):
    """The frames of the packets of a source, and what they decode to in this xdas."""
    frames = [tobytes(packet, build_encoding(encoding)) for packet in build_source(source)]
    return {
        "frames": [base64.b64encode(frame).decode() for frame in frames],
        "arrays": [describe(frombuffer(frame)) for frame in frames],
    }


def decode(task, frames, expected=None):
    """What frames decode to in this xdas, and in what they differ from what is expected."""
    arrays = [frombuffer(base64.b64decode(frame)) for frame in frames]
    wanted = arrays if expected is None else build_source(expected)
    return {
        "arrays": [describe(array) for array in arrays],
        "differences": [difference(got, want) for got, want in zip(arrays, wanted, strict=True)],
    }


def echo(task, arrays):
    """The arrays built and described again: that a description survives the way here and back."""
    return {"arrays": [describe(build(described)) for described in arrays]}


def open_files(task, paths, expected=None):
    """Open files as one array with open_mfdataarray."""
    da = xd.open_mfdataarray(paths).load()
    different = None if expected is None else difference(da, build(expected))
    return {"array": describe(da), "difference": different}


def open_engine(task, path, engine, options=None):
    """Open one file with an engine of xdas. Tuples cross as lists."""
    options = {snake(k): tuple(v) if isinstance(v, list) else v for k, v in (options or {}).items()}
    return {"array": describe(xd.open_dataarray(path, engine=engine, **options).load())}


def read_hdf5(task, path, datasets):
    """Datasets of an HDF5 file as h5py has them."""
    with h5py.File(path, "r") as file:
        return {"datasets": [pack(file[name][()]) for name in datasets]}


def open_zarr(task, path, consolidated=None, as_array=False):
    """A Zarr store as xarray opens it, with what it warned of, and as zarr-python sees the array of values."""
    import xarray as xr
    import zarr

    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        if as_array:
            da = xr.open_dataarray(path, engine="zarr", consolidated=consolidated).load()
        else:
            ds = xr.open_zarr(path, consolidated=consolidated, chunks=None).load()
            (name,) = ds.data_vars
            da = ds[name]
        stored = zarr.open_group(path, mode="r")[da.name or "__xarray_dataarray_variable__"]
    coords = [
        {"name": name, "dim": coord.dims[0] if coord.dims else None, "values": pack(coord.values)}
        for name, coord in da.coords.items()
    ]
    return {
        "name": da.name,
        "dims": list(da.dims),
        "values": pack(da.values),
        "attrs": {key: pack(value) for key, value in da.attrs.items()},
        "coords": coords,
        "chunks": list(stored.chunks),
        "fill": str(stored.fill_value),
        "compressors": [str(codec) for codec in stored.compressors],
        "dimensionNames": list(stored.metadata.dimension_names),
        "warnings": [str(warning.message) for warning in told],
    }


def read_parquet(task, path):
    """A Parquet file as pandas reads it, and its schema and row groups as pyarrow does."""
    import pyarrow.parquet as pq

    file = pq.ParquetFile(path)
    table = pd.read_parquet(path)
    wrong = []
    start = 0
    for group in range(file.num_row_groups):
        described = file.metadata.row_group(group)
        rows = table.iloc[start : start + described.num_rows]
        start += described.num_rows
        for k in range(described.num_columns):
            column = described.column(k)
            values = rows[column.path_in_schema]
            if values.dtype.kind in "iuf" and column.is_stats_set:
                least, most = column.statistics.min, column.statistics.max
                if least != values.min() or most != values.max():
                    wrong.append(f"{column.path_in_schema}: {least} to {most}, not {values.min()} to {values.max()}")
    return {
        "columns": {name: pack(table[name].to_numpy()) for name in table.columns},
        "dtypes": {name: str(dtype) for name, dtype in table.dtypes.items()},
        "types": {field.name: str(field.type) for field in file.schema_arrow},
        "rowGroups": [file.metadata.row_group(k).num_rows for k in range(file.num_row_groups)],
        "writer": file.metadata.created_by,
        "wrongStatistics": wrong,
    }


def read_traces(task, path):
    """Traces of a file as ObsPy has them."""
    return {
        "traces": [
            {"id": tr.id, "start": str(tr.stats.starttime.ns), "rate": float(tr.stats.sampling_rate), "values": pack(tr.data)}
            for tr in obspy.read(path)
        ]
    }


def read_sds(task, root, network, station, location, channel, start, end):
    """Traces of an SDS archive as ObsPy's client gives them; times in ns."""
    times = [obspy.UTCDateTime(ns=int(ns)) for ns in (start, end)]
    stream = sds.Client(root).get_waveforms(network, station, location, channel, *times)
    return {
        "traces": [
            {"id": tr.id, "start": str(tr.stats.starttime.ns), "rate": float(tr.stats.sampling_rate), "values": pack(tr.data)}
            for tr in stream.sort()
        ]
    }


def write_stream(task, array, path, options):
    """Write an array as xdas and ObsPy do: to_stream, then write."""
    stream = build(array).to_stream(dim={"distance": "time"}, **options)
    stream.write(path, format="MSEED", encoding="INT32")  # its Steim 2 refuses large differences
    return {}


def write_files(task, folder, source, encoding=None):
    """Write the packets of a source as numbered files, and answer what open_mfdataarray makes of them."""
    for index, packet in enumerate(build_source(source)):
        packet.to_netcdf(os.path.join(folder, f"{index:09d}.nc"), encoding=build_encoding(encoding))
    return {"array": describe(xd.open_mfdataarray(os.path.join(folder, "*")).load())}


def save_collection(task, path, tree, encoding=None):
    """Write a collection, and answer what this xdas opens of it."""
    build_tree(tree).to_netcdf(path, encoding=build_encoding(encoding))
    return {"tree": describe_tree(xd.open_datacollection(path).load())}


def open_collection(task, path, expected):
    """Open a collection; whether this xdas calls it equal to one that is built here."""
    opened = xd.open_datacollection(path)
    return {"tree": describe_tree(opened.load()), "equal": opened.equals(build_tree(expected)), "text": repr(opened)}


def apply_collection(task, stages, tree, through_process=False, chunks=None):
    """What atoms make of a collection: atom(dc), or process(atom, dc)."""
    collection, atom = build_tree(tree), build_atom(stages)
    return describe_tree(process(atom, collection, chunks=chunks) if through_process else atom(collection))


def convert(task, source, path, engine):
    """A file of another format, written as NetCDF."""
    xd.open_dataarray(source, engine=engine).load().to_netcdf(path)


def apply(task, stages, source, chunks=None):
    """What atoms make of an array: at once, or (with chunks) through xdas's process()."""
    (da,) = build_source(source)
    atom = build_atom(stages)
    return describe_result(atom(da) if chunks is None else process(atom, DataArrayLoader(da, chunks)))


def design(task, calls, moved=None):
    """
    Results of scipy.signal functions, None where it fails: [[name, args, kwargs], ...]; {"tuple": [...]} is a tuple.
    `moved`, one of nome, numerator, denominator and modulus, is what comes out one unit in the last place larger than
    scipy has it where it computes the modulus of an elliptic filter.
    """
    import scipy.signal
    import scipy.signal._filter_design as designs

    own = designs._ellipdeg
    if moved is not None:
        designs._ellipdeg = with_one_moved(own, moved)
    try:
        return designed(scipy.signal, calls)
    finally:
        designs._ellipdeg = own


def with_one_moved(own, what):
    """scipy's _ellipdeg, in which one number comes out as the one above: numpy's exp gives the nome, its sum two series."""
    sums = iter(("numerator", "denominator"))

    def above(name, value):
        return np.nextafter(value, np.inf) if name == what else value

    class Numpy:
        def __getattr__(self, name):
            return getattr(np, name)

        def exp(self, x):
            return above("nome", np.exp(x))

        def sum(self, x):
            return above(next(sums), np.sum(x))

    function = types.FunctionType(own.__code__, {**own.__globals__, "np": Numpy()})
    return lambda *args: above("modulus", function(*args))


def designed(module, calls):
    def plain(value):
        return tuple(value["tuple"]) if isinstance(value, dict) else value

    out = []
    for name, args, kwargs in calls:
        given = {key: plain(value) for key, value in kwargs.items()}
        try:
            result = getattr(module, name)(*map(plain, args), **given)
        except IndexError:  # of some analogue filters it finds no zero for a pole
            out.append(None)
            continue
        out.append([pack(part) for part in result] if isinstance(result, tuple) else pack(result))
    return out


def evaluate(task, arrays, items):
    """What operations make of arrays, each item naming its array by index; an item that xdas refuses answers why."""
    from evaluate import evaluate as evaluate_operation  # xdas 0.2.7 has not all that it imports

    built = [build(described) for described in arrays]
    return [evaluate_operation(item, built[item["array"]], describe_result, pack) for item in items]


def moved_by_last_bits(task, arrays, items):
    """How far the results of operations move where the coefficients of their filters change by their last bits."""
    from evaluate import moved_by_last_bits as moved

    built = [build(described) for described in arrays]
    return [moved(item, built[item["array"]]) for item in items]


def operations(task):
    """Every public atom and function, as module.name."""
    from evaluate import public_names

    return public_names()


def hold(task, key, source):
    """Keep an array under a name, for commands that are timed."""
    (held[key],) = build_source(source)


def hold_frame(task, key, frame):
    held[key] = base64.b64decode(frame)


def time_encode(task, key, encoding=None):
    """Nanoseconds that xdas takes for one packet, and its size."""
    da, encoding = held[key], build_encoding(encoding)
    start = time.perf_counter_ns()
    frame = tobytes(da, encoding)
    return {"nanoseconds": time.perf_counter_ns() - start, "bytes": len(frame)}


def time_decode(task, key):
    """Nanoseconds that xdas takes to decode one frame."""
    frame = held[key]
    start = time.perf_counter_ns()
    frombuffer(frame)
    return {"nanoseconds": time.perf_counter_ns() - start}


def hold_filter(task, key, stages=None, scipy_call=None):
    """Keep what is to be timed: atoms, or ["sosfilt", {"sos": ...}] or ["upfirdn", {"h": ..., "down": ...}] of scipy."""
    if stages is not None:
        atom = build_atom(stages)
        held[key] = lambda da: atom(da, chunk_dim="time")
        return
    import scipy.signal

    name, options = scipy_call
    if name == "sosfilt":
        state = {}

        def call(da):
            if "zi" not in state:
                state["zi"] = np.zeros((len(options["sos"]), 2, da.shape[1]))
            y, state["zi"] = scipy.signal.sosfilt(options["sos"], da.values, axis=0, zi=state["zi"])
            return y

        held[key] = call
    elif name == "upfirdn":
        taps = {}

        def call(da):
            # of the dtype of the samples, so that float32 is computed in float32
            h = taps.setdefault(da.dtype, np.asarray(options["h"], da.dtype))
            return scipy.signal.upfirdn(h, da.values, 1, options["down"], axis=0)

        held[key] = call
    else:
        raise ValueError(f"no scipy call {name}")


def next_chunk(da):
    """The same values where the array's first dimension, an interpolated coordinate, goes on."""
    dim = da.dims[0]
    data = da.coords[dim].data
    moved = data["tie_values"] + da.shape[0] * data["sampling_numerator"] // data["sampling_denominator"]
    return xd.DataArray(da.values, {**dict(da.coords), dim: {**data, "tie_values": moved}}, dims=da.dims)


def time_filter(task, key, array):
    """Nanoseconds that a held filter takes for the next chunk, along the first dimension of a held array."""
    da, call = held[array], held[key]
    held[array] = next_chunk(da)
    start = time.perf_counter_ns()
    call(da)
    return {"nanoseconds": time.perf_counter_ns() - start}


def time_publish(task, key, count, encoding=None, timeout=60.0):
    """Send one array `count` times; the subscriber takes the time."""
    da = held[key]
    publisher = ZMQPublisher("tcp://127.0.0.1:*", build_encoding(encoding))
    try:
        task.event("bound", address=end_point(publisher._socket))
        publisher.wait_for_subscribers(1, timeout)
        for _ in range(count):
            publisher.submit(da)
        task.heard.get(timeout=timeout)
        return {}
    finally:
        close(publisher)


def time_files(task, paths, out, stages, chunks):
    """Nanoseconds of xdas's process() from files through atoms into files, opening and closing them included."""
    start = time.perf_counter_ns()
    loader = DataArrayLoader(xd.open_mfdataarray(paths), chunks)
    process(build_atom(stages), loader, DataArrayWriter(out))
    return {"nanoseconds": time.perf_counter_ns() - start}


COMMANDS = {
    f.__name__: f
    for f in (
        versions, usage, publish, subscribe, relay, publish_asn, subscribe_asn, encode, decode, echo, open_files,
        write_files, apply, design, open_engine, read_hdf5, open_zarr, read_parquet, read_traces, read_sds,
        write_stream, evaluate, moved_by_last_bits, operations, convert, save_collection, open_collection, apply_collection,
        hold, hold_frame, hold_filter, time_encode, time_decode, time_filter, time_publish, time_files,
    )
}  # fmt: skip


def run(task, command, args):
    try:
        send({"id": task.id, "result": COMMANDS[command](task, **args)})
    except BaseException as error:
        send({"id": task.id, "error": f"{type(error).__name__}: {error}", "traceback": traceback.format_exc()})
    finally:
        running.pop(task.id, None)


running = {}
for line in sys.stdin:
    message = json.loads(line)
    if "tell" in message:
        task = running.get(message["id"])
        if task is not None:
            task.heard.put(message["tell"])
        continue
    task = running[message["id"]] = Task(message["id"])
    threading.Thread(
        target=run,
        args=(task, message["command"], {snake(k): v for k, v in message["args"].items()}),
        daemon=True,
    ).start()
# The other side is gone: no thread that still waits on a socket may hold the process.
os._exit(0)
