// Reads and writes image layouts with the libraries of other programs: that of crane, which LinuxKit keeps its cache with, and that
// of oras.
package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"log"
	"math/rand"
	"os"
	"path/filepath"
	"syscall"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/match"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/random"
	"github.com/google/go-containerregistry/pkg/v1/types"
	"github.com/google/go-containerregistry/pkg/v1/validate"
	"oras.land/oras-go/v2"
	"oras.land/oras-go/v2/content/oci"
)

const refName = "org.opencontainers.image.ref.name"

func main() {
	log.SetFlags(0)
	commands := map[string]func(args []string) error{
		"crane-list":         craneList,
		"crane-validate":     craneValidate,
		"crane-append":       craneAppend,
		"crane-append-index": craneAppendIndex,
		"crane-remove":       craneRemove,
		"oras-list":          orasList,
		"oras-copy":          orasCopy,
		"oras-attach":        orasAttach,
		"oras-remove":        orasRemove,
	}
	command := commands[os.Args[1]]
	if command == nil {
		log.Fatal("no such command: ", os.Args[1])
	}
	if err := command(os.Args[2:]); err != nil {
		log.Fatal(os.Args[1:], ": ", err)
	}
}

func index(path string) (v1.ImageIndex, *v1.IndexManifest, error) {
	opened, err := layout.FromPath(path)
	if err != nil {
		return nil, nil, err
	}
	root, err := opened.ImageIndex()
	if err != nil {
		return nil, nil, err
	}
	manifest, err := root.IndexManifest()
	return root, manifest, err
}

// LAYOUT: prints the name and the digest of each image that has one.
func craneList(args []string) error {
	_, manifest, err := index(args[0])
	if err != nil {
		return err
	}
	for _, entry := range manifest.Manifests {
		if name := entry.Annotations[refName]; name != "" {
			fmt.Println(name, entry.Digest)
		}
	}
	return nil
}

// LAYOUT NAME: reads back all that belongs to an image, and prints its digest.
func craneValidate(args []string) error {
	root, manifest, err := index(args[0])
	if err != nil {
		return err
	}
	for _, entry := range manifest.Manifests {
		if !match.Name(args[1])(entry) {
			continue
		}
		fmt.Println(entry.Digest)
		if entry.MediaType.IsIndex() {
			return validateIndex(root, entry.Digest)
		}
		return validateImage(root, entry.Digest)
	}
	return fmt.Errorf("no image of this name")
}

func validateIndex(root v1.ImageIndex, digest v1.Hash) error {
	opened, err := root.ImageIndex(digest)
	if err != nil {
		return err
	}
	if err := validate.Index(opened, validate.Fast); err != nil {
		return err
	}
	manifest, err := opened.IndexManifest()
	if err != nil {
		return err
	}
	for _, entry := range manifest.Manifests {
		if err := validateImage(opened, entry.Digest); err != nil {
			return err
		}
	}
	return nil
}

// Without validate.Fast the library takes every layer for one of gzip.
func validateImage(root v1.ImageIndex, digest v1.Hash) error {
	opened, err := root.Image(digest)
	if err != nil {
		return err
	}
	if err := validate.Image(opened, validate.Fast); err != nil {
		return err
	}
	layers, err := opened.Layers()
	if err != nil {
		return err
	}
	for _, layer := range layers {
		if err := validateHash(layer.Digest, layer.Compressed); err != nil {
			return err
		}
		if err := validateHash(layer.DiffID, layer.Uncompressed); err != nil {
			return err
		}
	}
	return nil
}

func validateHash(expected func() (v1.Hash, error), open func() (io.ReadCloser, error)) error {
	hash, err := expected()
	if err != nil {
		return err
	}
	content, err := open()
	if err != nil {
		return err
	}
	defer content.Close()
	found := sha256.New()
	if _, err := io.Copy(found, content); err != nil {
		return err
	}
	if sum := hex.EncodeToString(found.Sum(nil)); sum != hash.Hex {
		return fmt.Errorf("%s expected, %s found", hash.Hex, sum)
	}
	return nil
}

func image(architecture string) (v1.Image, error) {
	made, err := random.Image(9999, 2, random.WithSource(rand.NewSource(int64(len(architecture)))))
	if err != nil {
		return nil, err
	}
	config, err := made.ConfigFile()
	if err != nil {
		return nil, err
	}
	config.OS, config.Architecture = "linux", architecture
	return mutate.ConfigFile(made, config)
}

// The annotations that LinuxKit gives to what it pulls.
func named(name string) layout.Option {
	return layout.WithAnnotations(map[string]string{refName: name, "io.containerd.image.name": name})
}

// Does something while it holds the lock that LinuxKit takes.
func locked(path string, action func() error) error {
	file, err := os.OpenFile(filepath.Join(path, ".lock"), os.O_CREATE|os.O_RDWR, 0644)
	if err != nil {
		return err
	}
	defer file.Close()
	lock := syscall.Flock_t{Type: syscall.F_WRLCK}
	if err := syscall.FcntlFlock(file.Fd(), syscall.F_SETLKW, &lock); err != nil {
		return err
	}
	return action()
}

// LAYOUT NAME ARCHITECTURE: adds an image, in place of one of that name.
func craneAppend(args []string) error {
	opened, err := layout.FromPath(args[0])
	if err != nil {
		// As LinuxKit does where there is none yet.
		opened, err = layout.Write(args[0], empty.Index)
	}
	if err != nil {
		return err
	}
	made, err := image(args[2])
	if err != nil {
		return err
	}
	return locked(args[0], func() error { return opened.ReplaceImage(made, match.Name(args[1]), named(args[1])) })
}

// LAYOUT NAME ARCHITECTURE…: adds an index, in place of an image of that name.
func craneAppendIndex(args []string) error {
	opened, err := layout.FromPath(args[0])
	if err != nil {
		return err
	}
	var all v1.ImageIndex = mutate.IndexMediaType(empty.Index, types.DockerManifestList)
	for _, architecture := range args[2:] {
		made, err := image(architecture)
		if err != nil {
			return err
		}
		platform := v1.Platform{OS: "linux", Architecture: architecture}
		all = mutate.AppendManifests(all, mutate.IndexAddendum{Add: made, Descriptor: v1.Descriptor{Platform: &platform}})
	}
	return locked(args[0], func() error { return opened.ReplaceIndex(all, match.Name(args[1]), named(args[1])) })
}

// LAYOUT NAME: takes a name away.
func craneRemove(args []string) error {
	opened, err := layout.FromPath(args[0])
	if err != nil {
		return err
	}
	return locked(args[0], func() error { return opened.RemoveDescriptors(match.Name(args[1])) })
}

// LAYOUT: prints the name and the digest of each image that has one.
func orasList(args []string) error {
	ctx := context.Background()
	store, err := oci.New(args[0])
	if err != nil {
		return err
	}
	return store.Tags(ctx, "", func(names []string) error {
		for _, name := range names {
			found, err := store.Resolve(ctx, name)
			if err != nil {
				return err
			}
			fmt.Println(name, found.Digest)
		}
		return nil
	})
}

// FROM NAME TO NAME: copies an image from one layout to another, and prints its digest.
func orasCopy(args []string) error {
	from, err := oci.New(args[0])
	if err != nil {
		return err
	}
	to, err := oci.New(args[2])
	if err != nil {
		return err
	}
	copied, err := oras.Copy(context.Background(), from, args[1], to, args[3], oras.DefaultCopyOptions)
	if err == nil {
		fmt.Println(copied.Digest)
	}
	return err
}

// LAYOUT NAME ARTIFACT: adds a signature of an image under a name of its own, and prints its digest.
func orasAttach(args []string) error {
	ctx := context.Background()
	store, err := oci.New(args[0])
	if err != nil {
		return err
	}
	subject, err := store.Resolve(ctx, args[1])
	if err != nil {
		return err
	}
	made, err := oras.PackManifest(ctx, store, oras.PackManifestVersion1_1, "application/vnd.example.signature", oras.PackManifestOptions{
		Subject:             &subject,
		ManifestAnnotations: map[string]string{"org.opencontainers.image.created": "2026-01-01T00:00:00Z"},
	})
	if err != nil {
		return err
	}
	fmt.Println(made.Digest)
	return store.Tag(ctx, made, args[2])
}

// LAYOUT NAME: removes an image and what only it needs.
func orasRemove(args []string) error {
	ctx := context.Background()
	store, err := oci.New(args[0])
	if err != nil {
		return err
	}
	found, err := store.Resolve(ctx, args[1])
	if err != nil {
		return err
	}
	return store.Delete(ctx, found)
}
