/** Relative accuracy of the sums and fractions below: far beyond what a rate needs. */
const ACCURACY = 1e-13;
/** A series or fraction takes some 10 * sqrt(shape) steps; shapes above `LARGE` do not use them. */
const MOST_STEPS = 20_000;
/** From this shape on the cube root of a gamma variable is normal within 1e-6. */
const LARGE = 100_000;

// Lanczos, g = 7, n = 9: accurate to 15 digits for arguments above 0.5.
const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];

/** The logarithm of the gamma function. @param value above 0 */
function logGamma(value: number): number {
  if (value < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * value)) - logGamma(1 - value);
  const x = value - 1;
  let sum = LANCZOS[0] ?? 0;
  for (const [i, coefficient] of LANCZOS.entries()) if (i > 0) sum += coefficient / (x + i);
  const t = x + LANCZOS.length - 1.5;
  return 0.5 * Math.log(2 * Math.PI) + (x + 0.5) * Math.log(t) - t + Math.log(sum);
}

/**
 * The chance that a gamma variable of this shape and scale 1 is at most `x`; it is also the chance that a Poisson count
 * of mean `x` is at least `shape`.
 * @param shape above 0
 */
export function gammaChance(shape: number, x: number): number {
  if (x <= 0) return 0;
  if (shape > LARGE) return normalChance(3 * Math.sqrt(shape) * (Math.cbrt(x / shape) - 1 + 1 / (9 * shape)));
  const scale = Math.exp(shape * Math.log(x) - x - logGamma(shape));
  return x < shape + 1 ? scale * series(shape, x) : 1 - scale * fraction(shape, x);
}

/**
 * The value that a gamma variable of this shape and scale 1 stays below with the given chance. Half of the quantile of
 * chi-square with twice as many degrees of freedom.
 * @param shape above 0 @param chance between 0 and 1
 */
export function gammaQuantile(shape: number, chance: number): number {
  const root = 1 - 1 / (9 * shape) + normalQuantile(chance) / (3 * Math.sqrt(shape));
  const guess = shape * Math.max(root, 0.01) ** 3;
  if (shape > LARGE) return guess;
  // Newton's steps within bounds that hold the value: for small shapes they would leave them.
  let low = 0;
  let high = Math.max(guess * 2, 1);
  while (gammaChance(shape, high) < chance) high *= 2;
  let x = Math.min(Math.max(guess, 1e-12), high);
  const scale = logGamma(shape);
  for (let i = 0; i < 100; i += 1) {
    const error = gammaChance(shape, x) - chance;
    if (error < 0) low = x;
    else high = x;
    const next = x - error / Math.exp((shape - 1) * Math.log(x) - x - scale);
    const inside = next > low && next < high ? next : (low + high) / 2;
    const isClose = Math.abs(inside - x) < x * 1e-9;
    x = inside;
    if (isClose) break;
  }
  return x;
}

/** The series of the lower incomplete gamma function, without its factor. */
function series(shape: number, x: number): number {
  let term = 1 / shape;
  let sum = term;
  for (let i = 1; i < MOST_STEPS && term > sum * ACCURACY; i += 1) {
    term *= x / (shape + i);
    sum += term;
  }
  return sum;
}

/** The continued fraction of the upper incomplete gamma function, without its factor (Lentz). */
function fraction(shape: number, x: number): number {
  const tiny = 1e-300;
  let b = x + 1 - shape;
  let c = 1 / tiny;
  let d = 1 / b;
  let h = d;
  for (let i = 1; i < MOST_STEPS; i += 1) {
    const a = -i * (i - shape);
    b += 2;
    d = 1 / (Math.abs(a * d + b) < tiny ? tiny : a * d + b);
    c = Math.abs(b + a / c) < tiny ? tiny : b + a / c;
    const step = d * c;
    h *= step;
    if (Math.abs(step - 1) < ACCURACY) break;
  }
  return h;
}

/** The chance that a normal variable is at most `z` (Abramowitz and Stegun 7.1.26, within 1.5e-7). */
function normalChance(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * x);
  const sum = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t;
  const tail = (sum * Math.exp(-x * x)) / 2;
  return z > 0 ? 1 - tail : tail;
}

/** The inverse of it (Acklam's rational functions, within 1.2e-9). */
function normalQuantile(chance: number): number {
  if (chance > 0.5) return -normalQuantile(1 - chance);
  if (chance < 0.02425) {
    const q = Math.sqrt(-2 * Math.log(chance));
    return (
      (((((-7.784894002430293e-3 * q - 0.3223964580411365) * q - 2.400758277161838) * q - 2.549732539343734) *
        q +
        4.374664141464968) *
        q +
        2.938163982698783) /
      ((((7.784695709041462e-3 * q + 0.3224671290700398) * q + 2.445134137142996) * q + 3.754408661907416) *
        q +
        1)
    );
  }
  const q = chance - 0.5;
  const r = q * q;
  return (
    ((((((-39.69683028665376 * r + 220.9460984245205) * r - 275.9285104469687) * r + 138.357751867269) * r -
      30.66479806614716) *
      r +
      2.506628277459239) *
      q) /
    (((((-54.47609879822406 * r + 161.5858368580409) * r - 155.6989798598866) * r + 66.80131188771972) * r -
      13.28068155288572) *
      r +
      1)
  );
}
