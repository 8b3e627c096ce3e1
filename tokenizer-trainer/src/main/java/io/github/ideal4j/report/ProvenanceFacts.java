package io.github.ideal4j.report;

import io.github.ideal4j.report.Block.Facts;
import io.github.ideal4j.report.Block.Facts.Fact;
import io.github.ideal4j.training.ProvenanceRecord;
import java.util.ArrayList;
import java.util.List;

/** What made a run, as a list to read. */
public final class ProvenanceFacts {

  private ProvenanceFacts() {}

  /** All that the record tells, with the sums of what went in. */
  public static Facts of(String caption, ProvenanceRecord provenance) {
    List<Fact> facts = new ArrayList<>();
    facts.add(new Fact("started", provenance.started()));
    facts.add(new Fact("machine", provenance.machine()));
    facts.add(new Fact("device", provenance.device()));
    facts.add(new Fact("code", provenance.codeVersion()));
    provenance.libraries().forEach((name, version) -> facts.add(new Fact(name, version)));
    facts.add(new Fact("seed", String.valueOf(provenance.seed())));
    facts.add(new Fact("configuration", provenance.configSha256()));
    provenance.inputs().forEach((role, sum) -> facts.add(new Fact(role, sum)));
    return new Facts(caption, facts);
  }
}
