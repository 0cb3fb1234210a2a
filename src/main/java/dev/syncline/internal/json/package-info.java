/** JSON: the one place that sets up Jackson, with its limits and its exact numbers. */
@NullMarked
package dev.syncline.internal.json;

import org.jspecify.annotations.NullMarked;
