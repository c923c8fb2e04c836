//! `math`: functions of real numbers, and some of ints.

use ashore_runtime::operators::arithmetic::{self, BinaryOp};
use ashore_runtime::operators::{attribute, compare, convert, iterate};
use ashore_runtime::types::module::{Module, NativeModule};
use ashore_runtime::types::names::Name;
use ashore_runtime::types::{float, int, str, tuple};
use ashore_runtime::value::libm;
use ashore_runtime::{Owned, Result, Thread, Value, methods, raise};

fn number(thread: &Thread, value: Value) -> Result<f64> {
    convert::to_f64(thread, value)
}

/// A result as CPython's math module judges it: nan from a number is a domain error, infinity from a finite one overflow.
fn checked(thread: &Thread, x: f64, result: f64, can_overflow: bool) -> Result {
    if result.is_nan() && !x.is_nan() {
        return raise!(
            thread,
            ValueError,
            "expected a finite or in-domain input, got {}",
            float::text::repr(x)
        );
    }
    if result.is_infinite() && x.is_finite() {
        if can_overflow {
            return raise!(thread, OverflowError, "math range error");
        }
        return raise!(thread, ValueError, "math domain error");
    }
    Ok(float::new(thread, result))
}

macro_rules! functions {
    ($($name:ident $overflow:literal = $function:expr;)*) => {$(
        fn $name(thread: &Thread, args: &[Value]) -> Result {
            let x = number(thread, args[0])?;
            let function: fn(f64) -> f64 = $function;
            checked(thread, x, function(x), $overflow)
        }
    )*};
}

functions! {
    exp true = libm::exp;
    exp2 true = libm::exp2;
    expm1 true = libm::expm1;
    tan false = libm::tan;
    atan false = libm::atan;
    sinh true = libm::sinh;
    cosh true = libm::cosh;
    tanh false = libm::tanh;
    asinh false = libm::asinh;
    fabs false = f64::abs;
    erf_ false = libm::erf;
    erfc_ false = libm::erfc;
    degrees true = f64::to_degrees;
    radians false = f64::to_radians;
    cbrt false = libm::cbrt;
}

/// Functions whose domain error has a text of its own.
macro_rules! domains {
    ($($name:ident = $function:expr, $inside:expr, $text:literal;)*) => {$(
        fn $name(thread: &Thread, args: &[Value]) -> Result {
            let x = number(thread, args[0])?;
            let inside: fn(f64) -> bool = $inside;
            if !x.is_nan() && !inside(x) {
                return raise!(thread, ValueError, $text, float::text::repr(x));
            }
            let function: fn(f64) -> f64 = $function;
            Ok(float::new(thread, function(x)))
        }
    )*};
}

domains! {
    sqrt = f64::sqrt, |x| x >= 0.0, "expected a nonnegative input, got {}";
    sin = libm::sin, f64::is_finite, "expected a finite input, got {}";
    cos = libm::cos, f64::is_finite, "expected a finite input, got {}";
    asin = libm::asin, |x| x.abs() <= 1.0, "expected a number in range from -1 up to 1, got {}";
    acos = libm::acos, |x| x.abs() <= 1.0, "expected a number in range from -1 up to 1, got {}";
    atanh = libm::atanh, |x| x.abs() < 1.0, "expected a number between -1 and 1, got {}";
    acosh = libm::acosh, |x| x >= 1.0, "expected argument value not less than 1, got {}";
    log1p = libm::log1p, |x| x > -1.0, "expected argument value > -1, got {}";
}

fn gamma(thread: &Thread, args: &[Value]) -> Result {
    let x = number(thread, args[0])?;
    if x == f64::NEG_INFINITY || x == x.floor() && x <= 0.0 {
        return raise!(
            thread,
            ValueError,
            "expected a noninteger or positive integer, got {}",
            float::text::repr(x)
        );
    }
    checked(thread, x, libm::tgamma(x), true)
}

fn lgamma_(thread: &Thread, args: &[Value]) -> Result {
    let x = number(thread, args[0])?;
    if x == x.floor() && x <= 0.0 && x.is_finite() {
        return raise!(
            thread,
            ValueError,
            "expected a noninteger or positive integer, got {}",
            float::text::repr(x)
        );
    }
    checked(thread, x, libm::lgamma(x), true)
}

/// Natural logarithm of a number; ints of any size.
fn natural_log(thread: &Thread, value: Value) -> Result<f64> {
    if let Some(big) = int::IntRef::of(&value) {
        if big.is_negative() || big.is_zero() {
            return raise!(thread, ValueError, "expected a positive input");
        }
        let x = big.to_f64();
        if x.is_finite() {
            return Ok(libm::log(x));
        }
        // log(m * 2**e) = log(m) + e * log(2)
        let (mantissa, exponent) = big.mantissa_exponent();
        return Ok(libm::log(mantissa) + exponent as f64 * std::f64::consts::LN_2);
    }
    let x = number(thread, value)?;
    if x <= 0.0 {
        return raise!(thread, ValueError, "expected a positive input");
    }
    Ok(libm::log(x))
}

fn log(thread: &Thread, args: &[Value]) -> Result {
    let x = natural_log(thread, args[0])?;
    if args[1].is_missing() {
        return Ok(float::new(thread, x));
    }
    let base = natural_log(thread, args[1])?;
    if base == 0.0 {
        return raise!(thread, ZeroDivisionError, "division by zero");
    }
    Ok(float::new(thread, x / base))
}

fn log_base(thread: &Thread, value: Value, function: fn(f64) -> f64, scale: f64) -> Result {
    if float::as_f64(value).is_none()
        && int::IntRef::of(&value).is_some_and(|i| !i.to_f64().is_finite())
    {
        return Ok(float::new(thread, natural_log(thread, value)? / scale));
    }
    let x = number(thread, value)?;
    if x <= 0.0 {
        return raise!(thread, ValueError, "expected a positive input");
    }
    Ok(float::new(thread, function(x)))
}

fn log2(thread: &Thread, args: &[Value]) -> Result {
    log_base(thread, args[0], libm::log2, std::f64::consts::LN_2)
}

fn log10(thread: &Thread, args: &[Value]) -> Result {
    log_base(thread, args[0], libm::log10, std::f64::consts::LN_10)
}

fn pow(thread: &Thread, args: &[Value]) -> Result {
    let (x, y) = (number(thread, args[0])?, number(thread, args[1])?);
    let result = libm::pow(x, y);
    if result.is_nan() && !x.is_nan() && !y.is_nan() || x == 0.0 && y < 0.0 && y.is_finite() {
        return raise!(thread, ValueError, "math domain error");
    }
    if result.is_infinite() && x.is_finite() && y.is_finite() {
        return raise!(thread, OverflowError, "math range error");
    }
    Ok(float::new(thread, result))
}

fn atan2(thread: &Thread, args: &[Value]) -> Result {
    Ok(float::new(
        thread,
        libm::atan2(number(thread, args[0])?, number(thread, args[1])?),
    ))
}

fn copysign(thread: &Thread, args: &[Value]) -> Result {
    Ok(float::new(
        thread,
        number(thread, args[0])?.copysign(number(thread, args[1])?),
    ))
}

fn fmod(thread: &Thread, args: &[Value]) -> Result {
    let (x, y) = (number(thread, args[0])?, number(thread, args[1])?);
    let result = x % y;
    if result.is_nan() && !x.is_nan() && !y.is_nan() {
        return raise!(thread, ValueError, "math domain error");
    }
    Ok(float::new(thread, result))
}

fn remainder_(thread: &Thread, args: &[Value]) -> Result {
    let (x, y) = (number(thread, args[0])?, number(thread, args[1])?);
    let result = libm::remainder(x, y);
    if result.is_nan() && !x.is_nan() && !y.is_nan() {
        return raise!(thread, ValueError, "math domain error");
    }
    Ok(float::new(thread, result))
}

fn nextafter_(thread: &Thread, args: &[Value]) -> Result {
    Ok(float::new(
        thread,
        libm::nextafter(number(thread, args[0])?, number(thread, args[1])?),
    ))
}

/// The distance to the next float away from zero; for the greatest one, from the float before it.
fn ulp(thread: &Thread, args: &[Value]) -> Result {
    let x = number(thread, args[0])?.abs();
    if !x.is_finite() {
        return Ok(float::new(thread, x));
    }
    let step = match x.next_up() {
        f64::INFINITY => x - x.next_down(),
        next => next - x,
    };
    Ok(float::new(thread, step))
}

/// `floor`, `ceil`, `trunc`: floats directly, other classes by their special method.
fn whole(thread: &Thread, value: Value, name: Name, round: fn(f64) -> f64) -> Result {
    if let Some(x) = float::as_f64(value) {
        return int::from_f64(thread, round(x));
    }
    if let Some(i) = int::IntRef::of(&value) {
        return Ok(int::from_ref(thread, i));
    }
    match attribute::call_special(thread, value, name, &[])? {
        Some(result) => Ok(result),
        None if name == Name::TRUNC => {
            raise!(
                thread,
                TypeError,
                "type {} doesn't define __trunc__ method",
                convert::type_name(value)
            )
        }
        None => int::from_f64(thread, round(number(thread, value)?)),
    }
}

fn floor(thread: &Thread, args: &[Value]) -> Result {
    whole(thread, args[0], Name::FLOOR, f64::floor)
}

fn ceil(thread: &Thread, args: &[Value]) -> Result {
    whole(thread, args[0], Name::CEIL, f64::ceil)
}

fn trunc(thread: &Thread, args: &[Value]) -> Result {
    whole(thread, args[0], Name::TRUNC, f64::trunc)
}

fn isnan(thread: &Thread, args: &[Value]) -> Result {
    Ok(Owned::bool(number(thread, args[0])?.is_nan()))
}

fn isinf(thread: &Thread, args: &[Value]) -> Result {
    Ok(Owned::bool(number(thread, args[0])?.is_infinite()))
}

fn isfinite(thread: &Thread, args: &[Value]) -> Result {
    Ok(Owned::bool(number(thread, args[0])?.is_finite()))
}

fn isclose(thread: &Thread, args: &[Value]) -> Result {
    let (a, b) = (number(thread, args[0])?, number(thread, args[1])?);
    let (relative, absolute) = (number(thread, args[2])?, number(thread, args[3])?);
    if relative < 0.0 || absolute < 0.0 {
        return raise!(thread, ValueError, "tolerances must be non-negative");
    }
    let close = a == b
        || a.is_finite()
            && b.is_finite()
            && (a - b).abs() <= (relative * a.abs().max(b.abs())).max(absolute);
    Ok(Owned::bool(close))
}

fn modf(thread: &Thread, args: &[Value]) -> Result {
    let x = number(thread, args[0])?;
    let whole = x.trunc();
    let fraction = if x.is_infinite() {
        0.0f64.copysign(x)
    } else {
        (x - whole).copysign(x)
    };
    Ok(tuple::new(
        thread,
        vec![float::new(thread, fraction), float::new(thread, whole)],
    ))
}

/// Mantissa in [0.5, 1) and exponent.
fn split(x: f64) -> (f64, i32) {
    if x == 0.0 || !x.is_finite() {
        return (x, 0);
    }
    // Denormals are brought into range first.
    let (x, shift) = if x.abs() < f64::MIN_POSITIVE {
        (x * 2f64.powi(64), 64)
    } else {
        (x, 0)
    };
    let bits = x.to_bits();
    let exponent = (bits >> 52 & 0x7ff) as i32 - 1022;
    (
        f64::from_bits(bits & !(0x7ff << 52) | 1022 << 52),
        exponent - shift,
    )
}

fn frexp(thread: &Thread, args: &[Value]) -> Result {
    let (mantissa, exponent) = split(number(thread, args[0])?);
    Ok(tuple::new(
        thread,
        vec![
            float::new(thread, mantissa),
            int::from_i64(thread, i64::from(exponent)),
        ],
    ))
}

fn ldexp(thread: &Thread, args: &[Value]) -> Result {
    let x = number(thread, args[0])?;
    let Some(exponent) = int::to_i64(args[1]) else {
        return raise!(
            thread,
            TypeError,
            "Expected an int as second argument to ldexp."
        );
    };
    let mut left = exponent.clamp(-5000, 5000) as i32;
    let mut result = x;
    // In steps that neither overflow nor lose bits before they must.
    while left != 0 && result != 0.0 && result.is_finite() {
        let step = left.clamp(-1000, 1000);
        result *= 2f64.powi(step);
        left -= step;
    }
    if result.is_infinite() && x.is_finite() {
        return raise!(thread, OverflowError, "math range error");
    }
    Ok(float::new(thread, result))
}

fn hypot(thread: &Thread, args: &[Value]) -> Result {
    let items = args[0]
        .get::<tuple::Tuple>()
        .expect("*args is a tuple")
        .items();
    let numbers = items
        .iter()
        .map(|&item| number(thread, item))
        .collect::<Result<Vec<f64>>>()?;
    Ok(float::new(thread, length(&numbers)))
}

/// Euclidean length. The numbers are scaled by a power of two, so that squares neither overflow nor vanish, and the squares
/// are summed with the errors of every step; the root is corrected by what its own square lacks.
fn length(numbers: &[f64]) -> f64 {
    let largest = numbers
        .iter()
        .fold(0.0f64, |largest, x| largest.max(x.abs()));
    if numbers.iter().any(|x| x.is_infinite()) {
        return f64::INFINITY;
    }
    if numbers.iter().any(|x| x.is_nan()) {
        return f64::NAN;
    }
    if largest == 0.0 {
        return 0.0;
    }
    if largest < f64::MIN_POSITIVE {
        // The inverse of a denormal's power of two would be infinite.
        let normal: Vec<f64> = numbers.iter().map(|x| x / f64::MIN_POSITIVE).collect();
        return length(&normal) * f64::MIN_POSITIVE;
    }
    let (_, exponent) = split(largest);
    // Two halves of the exponent: 2**1024 itself is no float.
    let (half, rest) = (2f64.powi(exponent / 2), 2f64.powi(exponent - exponent / 2));
    let mut total = Compensated::default();
    for x in numbers {
        total.add_product(x / half / rest, x / half / rest);
    }
    let root = total.sum().sqrt();
    total.add_product(-root, root);
    (root + total.sum() / (2.0 * root)) * half * rest
}

/// A sum with what rounding has lost so far.
#[derive(Default)]
struct Compensated {
    sum: f64,
    lost: f64,
}

impl Compensated {
    fn add_product(&mut self, a: f64, b: f64) {
        let product = a * b;
        let sum = self.sum + product;
        let part = sum - self.sum;
        self.lost += (self.sum - (sum - part)) + (product - part) + a.mul_add(b, -product);
        self.sum = sum;
    }

    fn sum(&self) -> f64 {
        self.sum + self.lost
    }
}

fn dist(thread: &Thread, args: &[Value]) -> Result {
    let (p, q) = (
        iterate::collect(thread, args[0])?,
        iterate::collect(thread, args[1])?,
    );
    if p.len() != q.len() {
        return raise!(
            thread,
            ValueError,
            "both points must have the same number of dimensions"
        );
    }
    let differences = p
        .iter()
        .zip(&q)
        .map(|(a, b)| Ok(number(thread, a.value())? - number(thread, b.value())?))
        .collect::<Result<Vec<f64>>>()?;
    Ok(float::new(thread, length(&differences)))
}

/// Sum without rounding errors: partial sums that do not overlap (Shewchuk).
fn fsum(thread: &Thread, args: &[Value]) -> Result {
    let mut partials: Vec<f64> = Vec::new();
    let mut special = 0.0;
    iterate::for_each(thread, args[0], |item| {
        let mut x = number(thread, item.value())?;
        if !x.is_finite() {
            special += x;
            return Ok(());
        }
        let mut kept = 0;
        for i in 0..partials.len() {
            let mut y = partials[i];
            if x.abs() < y.abs() {
                std::mem::swap(&mut x, &mut y);
            }
            let high = x + y;
            let low = y - (high - x);
            if low != 0.0 {
                partials[kept] = low;
                kept += 1;
            }
            x = high;
        }
        partials.truncate(kept);
        partials.push(x);
        Ok(())
    })?;
    if special != 0.0 || f64::is_nan(special) {
        return Ok(float::new(thread, special));
    }
    Ok(float::new(thread, round_partials(&partials)))
}

/// The sum of partials, largest last, correctly rounded.
fn round_partials(partials: &[f64]) -> f64 {
    let mut rest = partials.iter().rev();
    let Some(&first) = rest.next() else {
        return 0.0;
    };
    let mut high = first;
    while let Some(&y) = rest.next() {
        let x = high;
        high = x + y;
        let low = y - (high - x);
        if low != 0.0 {
            // Half-way cases are decided by what is below.
            if let Some(&below) = rest.next()
                && (low < 0.0 && below < 0.0 || low > 0.0 && below > 0.0)
            {
                let twice = low * 2.0;
                let moved = high + twice;
                if twice == moved - high {
                    high = moved;
                }
            }
            break;
        }
    }
    high
}

fn prod(thread: &Thread, args: &[Value]) -> Result {
    let mut product = Owned::new(args[1]);
    iterate::for_each(thread, args[0], |item| {
        product = arithmetic::binary(thread, BinaryOp::Mul, product.value(), item.value())?;
        Ok(())
    })?;
    Ok(product)
}

fn binary(thread: &Thread, op: BinaryOp, a: Value, b: Value) -> Result {
    arithmetic::binary(thread, op, a, b)
}

fn gcd_of(thread: &Thread, a: Value, b: Value) -> Result {
    let (mut a, mut b) = (absolute(thread, a)?, absolute(thread, b)?);
    while convert::truth(thread, b.value())? {
        let rest = binary(thread, BinaryOp::Mod, a.value(), b.value())?;
        a = std::mem::replace(&mut b, rest);
    }
    Ok(a)
}

fn absolute(thread: &Thread, value: Value) -> Result {
    let value = convert::index(thread, value)?;
    match int::IntRef::of(&value) {
        Some(i) => Ok(int::arithmetic::absolute(thread, i)),
        None => Ok(value),
    }
}

fn gcd(thread: &Thread, args: &[Value]) -> Result {
    let items = args[0]
        .get::<tuple::Tuple>()
        .expect("*args is a tuple")
        .items();
    items
        .iter()
        .try_fold(Owned::inline(Value::small_int(0)), |gcd, &item| {
            gcd_of(thread, gcd.value(), item)
        })
}

fn lcm(thread: &Thread, args: &[Value]) -> Result {
    let items = args[0]
        .get::<tuple::Tuple>()
        .expect("*args is a tuple")
        .items();
    items
        .iter()
        .try_fold(Owned::inline(Value::small_int(1)), |lcm, &item| {
            let item = absolute(thread, item)?;
            let gcd = gcd_of(thread, lcm.value(), item.value())?;
            if !convert::truth(thread, gcd.value())? {
                return Ok(Owned::inline(Value::small_int(0)));
            }
            let part = binary(thread, BinaryOp::Floordiv, lcm.value(), gcd.value())?;
            binary(thread, BinaryOp::Mul, part.value(), item.value())
        })
}

/// A nonnegative int argument that fits a machine word.
fn natural(thread: &Thread, value: Value, what: &str) -> Result<u64> {
    let index = convert::index(thread, value)?;
    match int::to_i64(index.value()) {
        Some(n) if n >= 0 => Ok(n as u64),
        Some(_) => raise!(thread, ValueError, "{what} must be a non-negative integer"),
        None => raise!(thread, OverflowError, "{what} is too large"),
    }
}

/// Product of the ints from `low` to `high`, by halves, so that the factors stay of like size.
fn range_product(thread: &Thread, low: u64, high: u64) -> Result {
    if low > high {
        return Ok(Owned::inline(Value::small_int(1)));
    }
    if low == high {
        return Ok(int::from_u64(thread, low));
    }
    let middle = low + (high - low) / 2;
    let (left, right) = (
        range_product(thread, low, middle)?,
        range_product(thread, middle + 1, high)?,
    );
    binary(thread, BinaryOp::Mul, left.value(), right.value())
}

fn factorial(thread: &Thread, args: &[Value]) -> Result {
    let index = convert::index(thread, args[0])?;
    if int::IntRef::of(&index).is_some_and(|i| i.is_negative()) {
        return raise!(
            thread,
            ValueError,
            "factorial() not defined for negative values"
        );
    }
    let n = natural(thread, args[0], "factorial() argument")?;
    range_product(thread, 2, n.max(1))
}

fn perm(thread: &Thread, args: &[Value]) -> Result {
    let n = natural(thread, args[0], "n")?;
    let k = if args[1].is_none() {
        n
    } else {
        natural(thread, args[1], "k")?
    };
    if k > n {
        return Ok(Owned::inline(Value::small_int(0)));
    }
    range_product(thread, n - k + 1, n)
}

fn comb(thread: &Thread, args: &[Value]) -> Result {
    let (n, k) = (
        natural(thread, args[0], "n")?,
        natural(thread, args[1], "k")?,
    );
    if k > n {
        return Ok(Owned::inline(Value::small_int(0)));
    }
    let k = k.min(n - k);
    let (above, below) = (
        range_product(thread, n - k + 1, n)?,
        range_product(thread, 1, k)?,
    );
    binary(thread, BinaryOp::Floordiv, above.value(), below.value())
}

/// Integer square root by Newton's method.
fn isqrt(thread: &Thread, args: &[Value]) -> Result {
    let n = convert::index(thread, args[0])?;
    if int::IntRef::of(&n).is_some_and(|i| i.is_negative()) {
        return raise!(thread, ValueError, "isqrt() argument must be nonnegative");
    }
    if !convert::truth(thread, n.value())? {
        return Ok(n);
    }
    let bits = attribute::get(thread, n.value(), str::intern(thread, "bit_length"))?;
    let bits = ashore_runtime::operators::call::call(thread, bits.value(), &[])?;
    let bits = int::to_i64(bits.value()).unwrap_or(0);
    let one = Value::small_int(1);
    let mut x = binary(
        thread,
        BinaryOp::Lshift,
        one,
        Value::small_int((bits + 1) / 2),
    )?;
    loop {
        let quotient = binary(thread, BinaryOp::Floordiv, n.value(), x.value())?;
        let sum = binary(thread, BinaryOp::Add, x.value(), quotient.value())?;
        let next = binary(thread, BinaryOp::Rshift, sum.value(), one)?;
        if !compare::less(thread, next.value(), x.value())? {
            return Ok(x);
        }
        x = next;
    }
}

methods! { FUNCTIONS:
    static "sqrt(x, /)" => sqrt -> Float;
    static "exp(x, /)" => exp -> Float;
    static "exp2(x, /)" => exp2 -> Float;
    static "expm1(x, /)" => expm1 -> Float;
    static "log(x, base=<missing>, /)" => log -> Float;
    static "log2(x, /)" => log2 -> Float;
    static "log10(x, /)" => log10 -> Float;
    static "log1p(x, /)" => log1p -> Float;
    static "sin(x, /)" => sin -> Float;
    static "cos(x, /)" => cos -> Float;
    static "tan(x, /)" => tan -> Float;
    static "asin(x, /)" => asin -> Float;
    static "acos(x, /)" => acos -> Float;
    static "atan(x, /)" => atan -> Float;
    static "atan2(y, x, /)" => atan2 -> Float;
    static "sinh(x, /)" => sinh -> Float;
    static "cosh(x, /)" => cosh -> Float;
    static "tanh(x, /)" => tanh -> Float;
    static "asinh(x, /)" => asinh -> Float;
    static "acosh(x, /)" => acosh -> Float;
    static "atanh(x, /)" => atanh -> Float;
    static "cbrt(x, /)" => cbrt -> Float;
    static "fabs(x, /)" => fabs -> Float;
    static "floor(x, /)" => floor;
    static "ceil(x, /)" => ceil;
    static "trunc(x, /)" => trunc;
    static "pow(x, y, /)" => pow -> Float;
    static "fmod(x, y, /)" => fmod -> Float;
    static "remainder(x, y, /)" => remainder_ -> Float;
    static "modf(x, /)" => modf -> Tuple;
    static "frexp(x, /)" => frexp -> Tuple;
    static "ldexp(x, i, /)" => ldexp -> Float;
    static "copysign(x, y, /)" => copysign -> Float;
    static "nextafter(x, y, /)" => nextafter_ -> Float;
    static "ulp(x, /)" => ulp -> Float;
    static "hypot(*coordinates)" => hypot -> Float;
    static "dist(p, q, /)" => dist -> Float;
    static "fsum(seq, /)" => fsum -> Float;
    static "prod(iterable, /, *, start=1)" => prod;
    static "sumprod(p, q, /)" => crate::sumprod::sumprod;
    static "isnan(x, /)" => isnan -> Bool;
    static "isinf(x, /)" => isinf -> Bool;
    static "isfinite(x, /)" => isfinite -> Bool;
    static "isclose(a, b, *, rel_tol=1e-09, abs_tol=0.0)" => isclose -> Bool;
    static "degrees(x, /)" => degrees -> Float;
    static "radians(x, /)" => radians -> Float;
    static "erf(x, /)" => erf_ -> Float;
    static "erfc(x, /)" => erfc_ -> Float;
    static "gamma(x, /)" => gamma -> Float;
    static "lgamma(x, /)" => lgamma_ -> Float;
    static "gcd(*integers)" => gcd;
    static "lcm(*integers)" => lcm;
    static "factorial(n, /)" => factorial;
    static "perm(n, k=None, /)" => perm;
    static "comb(n, k, /)" => comb;
    static "isqrt(n, /)" => isqrt;
}

fn initialize(thread: &Thread, module: &Module) -> Result<()> {
    use std::f64::consts::{E, PI, TAU};
    for (name, value) in [
        ("pi", PI),
        ("e", E),
        ("tau", TAU),
        ("inf", f64::INFINITY),
        ("nan", f64::NAN),
    ] {
        module.set(thread, name, float::new(thread, value).value())?;
    }
    Ok(())
}

pub(crate) static MODULE: NativeModule = NativeModule {
    name: "math",
    doc: "This module provides access to the mathematical functions\ndefined by the C standard.",
    functions: FUNCTIONS,
    initialize,
};
