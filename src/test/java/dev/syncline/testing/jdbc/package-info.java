/** A layer around a JDBC data source in which every statement can crash, fail, be imaged or be held up. */
@NullMarked
package dev.syncline.testing.jdbc;

import org.jspecify.annotations.NullMarked;
