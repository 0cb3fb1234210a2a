/** A small server that speaks CouchDB's protocol over real HTTP, as far as the library uses it. */
@NullMarked
package dev.syncline.testing.couch;

import org.jspecify.annotations.NullMarked;
