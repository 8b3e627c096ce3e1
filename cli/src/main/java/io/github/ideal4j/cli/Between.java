package io.github.ideal4j.cli;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** What an option's number may be, and each of its numbers if it takes several. */
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.FIELD, ElementType.METHOD})
@interface Between {

  /** The smallest number that is valid. */
  double least();

  /** The largest number that is valid. */
  double most() default Double.POSITIVE_INFINITY;
}
