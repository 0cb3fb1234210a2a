/** Syncline: keeps the host's own SQLite tables and a backend in step. {@link dev.syncline.SyncManager} is the way in. */
@NullMarked
package dev.syncline;

import org.jspecify.annotations.NullMarked;
