/**
 * Tribuo models of tokens: trained, saved, found again with their features, and measured. Start
 * with {@link io.github.ideal4j.tribuo.model.TokenModel}.
 */
package io.github.ideal4j.tribuo.model;
