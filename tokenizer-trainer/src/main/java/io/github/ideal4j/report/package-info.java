/**
 * What a run did, on one page that anybody can open: {@code report.html} carries its pictures and
 * its style inside and asks nothing of a network. A {@link io.github.ideal4j.report.Report} is
 * plain data; {@link io.github.ideal4j.report.ReportWriter} turns it into the page, {@link
 * io.github.ideal4j.report.ContactSheet} a set of images into one picture. Start with {@link
 * io.github.ideal4j.report.ReportBuilder}.
 */
package io.github.ideal4j.report;
