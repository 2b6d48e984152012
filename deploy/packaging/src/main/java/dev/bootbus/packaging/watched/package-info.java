/// What `deploy` ships for watching, as Prometheus and Grafana take it; and a picture of it.
@NullMarked
package dev.bootbus.packaging.watched;

import org.jspecify.annotations.NullMarked;
