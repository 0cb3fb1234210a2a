package dev.syncline.backend.rest;

import org.jspecify.annotations.Nullable;

/**
 * Whether a server takes several changes in one request, and how.
 *
 * @param path where, relative to the base address; null if it has no such endpoint
 * @param most the most changes in one request
 * @param atomic whether it can apply all of them or none
 */
record Batches(@Nullable AddressTemplate path, int most, boolean atomic) {

    /** The endpoint of the documented protocol. */
    static Batches standard() {
        return new Batches(AddressTemplate.of("_batch"), 500, false);
    }

    /**
     * The same at another address.
     *
     * @throws IllegalArgumentException if the path is not plain segments or {@code most} is below 2
     */
    Batches at(String address, int changes) {
        if (changes < 2) {
            throw new IllegalArgumentException("a batch of at most " + changes + " is none; use noBatch()");
        }
        return new Batches(AddressTemplate.of(address), changes, atomic);
    }

    /** The same with all changes of a batch applied, or none. */
    Batches wholeOrNot() {
        return new Batches(path, most, true);
    }

    /** The same without an endpoint. */
    Batches none() {
        return new Batches(null, most, atomic);
    }

    /** How many changes go into one request; 1 if there is no batch. */
    int size() {
        return path == null ? 1 : most;
    }

    /** How many changes can be applied whole or not at all; 1 if the server promises nothing of several. */
    int atomicSize() {
        return atomic ? size() : 1;
    }
}
