internal import Glibc

/// The process's worker threads.
///
/// Work is cut into pieces by its own size, never by the number of workers, and pieces write to disjoint places: so the
/// number of workers changes how long a result takes, and nothing else.
public enum Workers {
  private static let pool = WorkerPool()

  /// How many threads work on a `forEach`, the caller included. Defaults to the number of online processors.
  public static var count: Int {
    get { pool.count }
    set { pool.count = max(1, newValue) }
  }

  /// Runs `body` for 0..<count, spread over the workers; returns when all are done. A call from within a piece of work
  /// runs on the calling thread alone. If pieces throw, the error of the lowest index is thrown after all have ended.
  public static func forEach(_ count: Int, _ body: @Sendable (Int) throws -> Void) rethrows {
    try withoutActuallyEscaping(body) { escapable in
      if let error = pool.run(count, escapable) { try { throw error }() }
    }
  }
}

private final class WorkerPool: @unchecked Sendable {
  private struct Job {
    let body: @Sendable (Int) throws -> Void
    let count: Int
    var next = 0
    var running = 0
    var failure: (index: Int, error: any Error)?
  }

  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let wake = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private let finished = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private var job: Job?
  private var started = 0
  private var wanted = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
  private let insideKey: pthread_key_t

  init() {
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(wake, nil)
    pthread_cond_init(finished, nil)
    var key = pthread_key_t()
    pthread_key_create(&key, nil)
    insideKey = key
  }

  private func locked<R>(_ body: () -> R) -> R {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return body()
  }

  var count: Int {
    get { locked { wanted } }
    set { locked { wanted = newValue } }
  }

  private var isInside: Bool {
    get { pthread_getspecific(insideKey) != nil }
    set { pthread_setspecific(insideKey, newValue ? UnsafeRawPointer(bitPattern: 1) : nil) }
  }

  /// Returns the error of the lowest index that failed.
  func run(_ count: Int, _ body: @escaping @Sendable (Int) throws -> Void) -> (any Error)? {
    pthread_mutex_lock(mutex)
    // A second caller (another thread, or a nested call) does its work itself rather than wait for the pool.
    guard wanted > 1, count > 1, !isInside, job == nil else {
      pthread_mutex_unlock(mutex)
      var failure: (any Error)?
      for index in 0..<count {
        do { try body(index) } catch { failure = failure ?? error }
      }
      return failure
    }
    while started < wanted - 1 { start() }
    job = Job(body: body, count: count)
    pthread_cond_broadcast(wake)
    isInside = true
    work()
    isInside = false
    while job!.running > 0 { pthread_cond_wait(finished, mutex) }
    let failure = job!.failure?.error
    job = nil
    pthread_mutex_unlock(mutex)
    return failure
  }

  /// Takes pieces until none is left. Called, and left, with the mutex held.
  private func work() {
    while let current = job, current.next < current.count {
      let index = current.next
      job!.next += 1
      job!.running += 1
      pthread_mutex_unlock(mutex)
      var failure: (any Error)?
      do { try current.body(index) } catch { failure = error }
      pthread_mutex_lock(mutex)
      if let failure, index < (job!.failure?.index ?? Int.max) { job!.failure = (index, failure) }
      job!.running -= 1
      if job!.running == 0 && job!.next >= job!.count { pthread_cond_broadcast(finished) }
    }
  }

  private func start() {
    started += 1
    let number = started
    let context = Unmanaged.passRetained(Start(pool: self, number: number)).toOpaque()
    var thread = pthread_t()
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    pthread_attr_setstacksize(&attributes, 8 << 20)
    pthread_create(
      &thread, &attributes,
      { context in
        let start = Unmanaged<Start>.fromOpaque(context!).takeRetainedValue()
        start.pool.serve(number: start.number)
        return nil
      }, context)
    pthread_attr_destroy(&attributes)
    pthread_detach(thread)
  }

  private final class Start {
    let pool: WorkerPool
    let number: Int
    init(pool: WorkerPool, number: Int) {
      self.pool = pool
      self.number = number
    }
  }

  private func serve(number: Int) {
    isInside = true
    pthread_mutex_lock(mutex)
    while true {
      // Workers beyond the wanted number sleep on.
      while job == nil || job!.next >= job!.count || number >= wanted { pthread_cond_wait(wake, mutex) }
      work()
    }
  }
}
