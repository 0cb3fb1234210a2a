/**
 * Conflicts: what it is when both sides changed one record, how grave it is, how it is settled, and what came of it. All types
 * are immutable values; none shows a record's values in its text form.
 */
@NullMarked
package dev.syncline.conflict;

import org.jspecify.annotations.NullMarked;
