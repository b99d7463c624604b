/// A run as jobs of Slurm: an array of shards, each of which comes back after an interruption, and a merge.
struct SlurmJob {
  /// What every job asks of Slurm, as it is asked for on its command line.
  struct Resources {
    var time: String?
    var partition: String?
    var account: String?
    var memory: String?
    var cpus: Int?
  }

  let name: String
  let executable: String
  /// As given to `gauntlet run`, from `directory`.
  let suite: String
  let directory: String
  let limit: Int?
  /// The run's folder, absolute.
  let folder: String
  let shards: Int
  /// The shards that have anything to do.
  let open: [Int]
  /// Folders of shards that ended before, of the same run.
  let finished: [String]
  let resources: Resources

  static let plan = "shards/plan.json"
  static let arrayScript = "shards/array.sh"
  static let mergeScript = "shards/merge.sh"

  /// "1,3-5".
  static func ranges(_ numbers: [Int]) -> String {
    var ranges: [ClosedRange<Int>] = []
    for number in numbers.sorted() {
      if let last = ranges.last, last.upperBound == number - 1 {
        ranges[ranges.count - 1] = last.lowerBound...number
      } else {
        ranges.append(number...number)
      }
    }
    return ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }.joined(
      separator: ",")
  }

  /// The job array: one task a shard.
  ///
  /// Slurm warns the script a minute before the time limit, and any process of a job that is preempted or cancelled, with
  /// SIGTERM. The shard then ends with status 75, and the task is queued again unless somebody cancelled it.
  var array: String {
    let command = [
      executable, "run", suite, "--shard", "\"$SLURM_ARRAY_TASK_ID/\(shards)\"", "--plan", "\(folder)/\(SlurmJob.plan)",
      "--out", "\"\(folder)/shards/$SLURM_ARRAY_TASK_ID-of-\(shards)\"", "--models", "\(folder)/models", "--threads",
      "\"${SLURM_CPUS_ON_NODE:-1}\"",
    ]
    let limit = limit.map { ["--limit", "\($0)"] } ?? []
    return """
      #!/bin/bash
      #SBATCH --job-name=gauntlet-\(name)
      #SBATCH --array=\(SlurmJob.ranges(open))
      #SBATCH --output=\(folder)/logs/%A_%a.log
      #SBATCH --open-mode=append
      #SBATCH --requeue
      #SBATCH --signal=B:TERM@\(SlurmTime.notice)
      \(directives)
      task="${SLURM_ARRAY_JOB_ID}_${SLURM_ARRAY_TASK_ID}"
      \(SlurmJob.shell(command + limit)) &
      shard=$!
      trap 'kill -TERM "$shard" 2>/dev/null' TERM INT
      # A signal ends `wait` early; the shard's own status is asked for again.
      while wait "$shard"; status=$?; kill -0 "$shard" 2>/dev/null; do :; done
      [ "$status" -le 128 ] || { wait "$shard"; status=$?; }

      # Interrupted (75), or ended by SIGTERM before it could listen (143): a task that is still meant to run comes back.
      if [ "$status" = 75 ] || [ "$status" = 143 ]; then
        state=$(squeue --noheader --jobs="$task" --format=%T)
        if [ "$state" = RUNNING ] && [ "${SLURM_RESTART_COUNT:-0}" -lt 1000 ]; then
          echo "interrupted; queued again" >&2
          scontrol requeue "$task" && exit 0
        fi
      fi
      exit "$status"

      """
  }

  /// The job that merges, after all tasks, however they ended: it names what is missing.
  var merge: String {
    let folders = (open.map { "\(folder)/shards/\($0)-of-\(shards)" } + finished.filter { !isOpen($0) })
    let command = [
      executable, "merge", "--out", folder, "--models", "\(folder)/models", "--threads", "\"${SLURM_CPUS_ON_NODE:-1}\"",
    ]
    return """
      #!/bin/bash
      #SBATCH --job-name=gauntlet-\(name)-merge
      #SBATCH --output=\(folder)/logs/merge-%j.log
      \(directives)
      exec \(SlurmJob.shell(command + folders))

      """
  }

  private func isOpen(_ path: String) -> Bool {
    open.contains { path == "\(folder)/shards/\($0)-of-\(shards)" }
  }

  /// The lines that both jobs have.
  private var directives: String {
    let wanted = [
      ("chdir", directory), ("time", resources.time), ("partition", resources.partition),
      ("account", resources.account), ("mem", resources.memory), ("cpus-per-task", resources.cpus.map { "\($0)" }),
    ]
    return wanted.compactMap { name, value in value.map { "#SBATCH --\(name)=\($0)\n" } }.joined()
  }

  /// Words of a command; what is quoted already stays, for variables in it.
  private static func shell(_ words: [String]) -> String {
    words.map { word in
      let isPlain = word.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_./:=,+@".contains($0)) }
      return isPlain || word.hasPrefix("\"")
        ? word : "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }.joined(separator: " ")
  }
}
