/**
 * What a run tells while it goes on and when it has ended: snapshots, events, results. All types are immutable values that hold
 * their own times; none reads a clock.
 */
@NullMarked
package dev.syncline.progress;

import org.jspecify.annotations.NullMarked;
