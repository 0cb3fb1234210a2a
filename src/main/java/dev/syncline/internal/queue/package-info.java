/** The way of a local change from its journal to the answer: claiming, thawing, settling. */
@NullMarked
package dev.syncline.internal.queue;

import org.jspecify.annotations.NullMarked;
