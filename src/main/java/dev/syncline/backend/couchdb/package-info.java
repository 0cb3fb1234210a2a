/**
 * The backend for servers that speak CouchDB's protocol: Apache CouchDB and its clusters, PouchDB Server, and others. Begin with
 * {@link dev.syncline.backend.couchdb.CouchDbBackend#at CouchDbBackend.at(address)}.
 */
@NullMarked
package dev.syncline.backend.couchdb;

import org.jspecify.annotations.NullMarked;
