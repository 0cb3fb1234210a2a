package dev.syncline.backend.rest;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Where things are below the base address. <code>{entity}</code> stands for an entity's name and <code>{id}</code> for a row's id; a path
 * may have a query, as in <code>{entity}?id=eq.{id}</code>. Immutable; each method returns a changed copy.
 */
public final class Paths {

    private final AddressTemplate collection;
    private final AddressTemplate row;
    private final AddressTemplate changes;
    private final AddressTemplate creates;
    private final Map<String, String> names;

    private Paths(
            AddressTemplate collection,
            AddressTemplate row,
            AddressTemplate changes,
            AddressTemplate creates,
            Map<String, String> names) {
        this.collection = collection;
        this.row = row;
        this.changes = changes;
        this.creates = creates;
        this.names = names;
    }

    /**
     * Each entity has a collection of its own name, and each row an address below it.
     *
     * @return the default: <code>{entity}</code> and <code>{entity}/{id}</code>
     */
    public static Paths standard() {
        return of("{entity}", "{entity}/{id}");
    }

    /**
     * Says where collections and rows are.
     *
     * @param collection such as <code>items/{entity}</code>
     * @param row such as <code>items/{entity}/{id}</code> or <code>{entity}({id})</code>
     * @return these paths; changes are listed and rows created at the collection
     * @throws IllegalArgumentException if a path is not plain segments with the places that it needs
     */
    public static Paths of(String collection, String row) {
        AddressTemplate all = AddressTemplate.of(collection, AddressTemplate.ENTITY);
        return new Paths(all, AddressTemplate.of(row, AddressTemplate.ENTITY, AddressTemplate.ID), all, all, Map.of());
    }

    /**
     * Says where changes are listed, if that is not the collection.
     *
     * @param path such as <code>{entity}/search/findByUpdatedAtGreaterThanEqual</code>
     * @return a changed copy
     * @throws IllegalArgumentException if the path is not plain segments with the entity in it
     */
    public Paths changes(String path) {
        return new Paths(collection, row, AddressTemplate.of(path, AddressTemplate.ENTITY), creates, names);
    }

    /**
     * Says where rows are created, if that is not the collection.
     *
     * @param path such as <code>{entity}/create</code>
     * @return a changed copy
     * @throws IllegalArgumentException if the path is not plain segments with the entity in it
     */
    public Paths creates(String path) {
        return new Paths(collection, row, changes, AddressTemplate.of(path, AddressTemplate.ENTITY), names);
    }

    /**
     * Gives an entity another name in addresses.
     *
     * @param entity the entity's name
     * @param name what stands for it, such as its plural
     * @return a changed copy
     * @throws IllegalArgumentException if the name cannot be part of an address
     */
    public Paths named(String entity, String name) {
        if (!AddressTemplate.isSegment(name)) {
            throw new IllegalArgumentException("name " + name + " cannot be part of an address");
        }
        Map<String, String> more = new LinkedHashMap<>(names);
        more.put(entity, name);
        return new Paths(collection, row, changes, creates, more);
    }

    AddressTemplate collection() {
        return collection;
    }

    AddressTemplate row() {
        return row;
    }

    AddressTemplate changes() {
        return changes;
    }

    AddressTemplate creates() {
        return creates;
    }

    /** What stands for an entity. */
    String name(String entity) {
        return names.getOrDefault(entity, entity);
    }
}
