package org.alknet.cli.command;

import java.util.LinkedHashMap;
import java.util.Map;
import org.alknet.cli.assembly.ReloadReport;

/** A reload as scripts see it. */
final class ReloadView {
  private ReloadView() {}

  static Map<String, Object> json(ReloadReport report) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("at", report.at());
    data.put("accepted", report.accepted());
    data.put("generation", report.generation());
    data.put("changes", report.changes());
    data.put("need_restart", report.needRestart());
    data.put("problems", report.problems());
    return data;
  }
}
