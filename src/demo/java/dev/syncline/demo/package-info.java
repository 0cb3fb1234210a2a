/**
 * The demo: a server and two devices that work offline, collide, lose the network and end equal. {@link
 * dev.syncline.demo.Demo} starts it. The applications in here write plain SQL and know nothing of Syncline.
 */
@NullMarked
package dev.syncline.demo;

import org.jspecify.annotations.NullMarked;
