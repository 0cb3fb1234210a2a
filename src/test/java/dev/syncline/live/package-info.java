/** Servers of somebody else's, met as they are: each is described by settings alone and has to pass one oracle. */
@NullMarked
package dev.syncline.live;

import org.jspecify.annotations.NullMarked;
