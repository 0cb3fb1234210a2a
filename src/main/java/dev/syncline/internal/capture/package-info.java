/**
 * The first-touch journal: triggers that record, inside the host's own transaction, the first change to each row since it
 * was last in step with the backend. The kind of a change is never recorded; it is derived from the base image in the
 * journal and the row as it is now.
 */
@NullMarked
package dev.syncline.internal.capture;

import org.jspecify.annotations.NullMarked;
