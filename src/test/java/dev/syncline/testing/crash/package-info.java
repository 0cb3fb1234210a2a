/** Days of a host that are interrupted anywhere and have to end as if nothing had happened. */
@NullMarked
package dev.syncline.testing.crash;

import org.jspecify.annotations.NullMarked;
