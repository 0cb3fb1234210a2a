/**
 * One record and its row: how ids, values and references translate, what is decided when a remote record meets a local row,
 * and the one door through which remote data enters a host table.
 */
@NullMarked
package dev.syncline.internal.record;

import org.jspecify.annotations.NullMarked;
