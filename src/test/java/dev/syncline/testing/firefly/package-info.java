/** A server with the habits of Firefly III. */
@NullMarked
package dev.syncline.testing.firefly;

import org.jspecify.annotations.NullMarked;
