"""Images made here, as OCI image layouts. What is in memory is small: it would count as the memory of what is started later."""
import gzip
import hashlib
import json
import os
import random
import tarfile


def put(folder, media_type, content):
    """Writes a blob and returns its descriptor."""
    blobs = os.path.join(folder, "blobs/sha256")
    os.makedirs(blobs, exist_ok=True)
    digest = hashlib.sha256(content).hexdigest()
    with open(os.path.join(blobs, digest), "wb") as f:
        f.write(content)
    return {"mediaType": media_type, "digest": "sha256:" + digest, "size": len(content)}


def layer(folder, write):
    """Writes a layer compressed with gzip, of what a function writes to the file that it is given, which must be compressed already.
    Compressed here, because skopeo would otherwise compress it on every copy."""
    temporary = os.path.join(folder, "layer")
    os.makedirs(os.path.join(folder, "blobs/sha256"), exist_ok=True)
    with open(temporary, "w+b") as f:
        write(f)
        f.seek(0)
        digest = hashlib.file_digest(f, "sha256").hexdigest()
    size = os.path.getsize(temporary)
    os.rename(temporary, os.path.join(folder, "blobs/sha256", digest))
    return {"mediaType": "application/vnd.oci.image.layer.v1.tar+gzip", "digest": "sha256:" + digest, "size": size}


def incompressible(folder, megabytes):
    """Writes a layer of files that do not compress, and returns its descriptor and its uncompressed digest."""
    plain = hashlib.sha256()

    def write(f):
        with gzip.GzipFile("", "wb", 1, f, mtime=0) as packed:
            for i in range(megabytes):
                entry = tarfile.TarInfo(f"data-{random.getrandbits(64):x}")
                entry.size = 1_000_000
                part = entry.tobuf() + random.randbytes(entry.size) + bytes(-entry.size % 512)
                part += bytes(1024) if i == megabytes - 1 else b""
                plain.update(part)
                packed.write(part)

    return layer(folder, write), "sha256:" + plain.hexdigest()


def image(folder, name, layers, megabytes):
    """Makes a layout with one image and returns its descriptor."""
    os.makedirs(folder)
    parts, diff_ids = zip(*(incompressible(folder, megabytes // layers) for _ in range(layers)))
    config = {"os": "linux", "architecture": "amd64", "rootfs": {"type": "layers", "diff_ids": diff_ids}}
    document = {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json",
                "config": put(folder, "application/vnd.oci.image.config.v1+json", json.dumps(config).encode()), "layers": parts}
    root = put(folder, document["mediaType"], json.dumps(document).encode())
    index(folder, [(name, root)])
    return root


def index(folder, named):
    with open(os.path.join(folder, "oci-layout"), "w") as f:
        f.write('{"imageLayoutVersion": "1.0.0"}')
    entries = [dict(root, annotations={"org.opencontainers.image.ref.name": name}) for name, root in named]
    with open(os.path.join(folder, "index.json"), "w") as f:
        json.dump({"schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json", "manifests": entries}, f)
