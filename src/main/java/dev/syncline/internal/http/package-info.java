/** HTTP as every adapter here uses it: each request sent once, each answer bounded, each failure named. */
@NullMarked
package dev.syncline.internal.http;

import org.jspecify.annotations.NullMarked;
