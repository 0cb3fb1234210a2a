/**
 * Typed access to the host's own synced tables, for hosts that would rather not write the SQL: an explicit mapping of a record or data
 * class to columns, and a repository over it. Optional; rows written with plain SQL are the same rows.
 */
@NullMarked
package dev.syncline.table;

import org.jspecify.annotations.NullMarked;
