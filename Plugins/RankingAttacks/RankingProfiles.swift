/// The published protocols, as lists of attacks with their settings.
///
/// Those of the 2021 code weigh semantics dynamically, with a κ for each dataset: here that of Fashion-MNIST and CUB; give
/// `kappa=2e4` for MNIST, `kappa=7e4` for Cars and SOP. Those of 2020 have the fixed weights that are the default.
enum RankingProfiles {
  static let all: [(id: String, members: [String])] = [
    ("rob28", score("eps=77/255,alpha=3/255,steps=32")), ("rob224", score("eps=8/255,alpha=3/255,steps=32")),
    ("rank-apgd", RankingAttacks.ersProfile.map { "\($0):search=rank-apgd" }),
    ("pami28", pami(["eps=8/255,alpha=1/255,steps=32", "eps=77/255,alpha=3/255,steps=32"])),
    ("pami224", pami(["eps=2/255,alpha=1/255,steps=32", "eps=8/255,alpha=3/255,steps=32"])),
    (
      "eccv28",
      sizes(
        rank + query,
        [
          "eps=0.01,alpha=1/255,steps=10", "eps=0.03,alpha=1/255,steps=15", "eps=0.1,alpha=0.01,steps=20",
          "eps=0.3,alpha=0.01,steps=30",
        ])
    ),
    (
      "eccv224",
      sizes(rank, eccv224(first: 24)) + sizes(query, eccv224(first: 10))
    ),
    (
      "qccurve28",
      (0...11).flatMap { i in
        (rank + dynamic).map { "\($0.id):eps=\(7 * i)/255,alpha=3/255,steps=32\($0.extra)" }
      }
    ),
  ]

  private typealias Sized = (id: String, size: String, extra: String)
  private static let rank: [Sized] = [("ca-plus", "w", ""), ("ca-minus", "w", "")]
  private static let query: [Sized] = [("sp-qa-plus", "m", ""), ("sp-qa-minus", "m", "")]
  private static let dynamic: [Sized] = query.map { ($0.id, $0.size, ",kappa=4e4") }

  private static func score(_ settings: String) -> [String] { RankingAttacks.ersProfile.map { "\($0):\(settings)" } }

  private static func pami(_ settings: [String]) -> [String] { sizes(dynamic + rank, settings) }

  private static func eccv224(first: Int) -> [String] {
    [
      "eps=0.01,alpha=1/255,steps=\(first)", "eps=0.03,alpha=1/255,steps=15", "eps=0.06,alpha=0.006,steps=20",
    ]
  }

  private static func sizes(_ attacks: [Sized], _ settings: [String]) -> [String] {
    settings.flatMap { settings in
      attacks.flatMap { attack in
        [1, 2, 5, 10].map { "\(attack.id):\(settings),\(attack.size)=\($0)\(attack.extra)" }
      }
    }
  }
}
