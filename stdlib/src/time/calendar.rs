//! Calendar time: `struct_time`, and what turns it into seconds and text.

use ashore_runtime::operators::{attribute, call, convert};
use ashore_runtime::types::exception::raise_os_error;
use ashore_runtime::types::module::Module;
use ashore_runtime::types::str::Str;
use ashore_runtime::types::tuple::{self, Tuple};
use ashore_runtime::types::{float, int, str};
use ashore_runtime::{Owned, Result, Thread, Value, builtins, import, raise, structure};
use std::ffi::{CStr, CString};
use std::io::Error;

structure! { STRUCT_TIME = "time.struct_time", "The time value as returned by gmtime(), localtime(), and strptime(), and\naccepted by asctime(), mktime() and strftime().":
    0 "tm_year", 1 "tm_mon", 2 "tm_mday", 3 "tm_hour", 4 "tm_min", 5 "tm_sec", 6 "tm_wday", 7 "tm_yday", 8 "tm_isdst";
    0 "tm_zone", 1 "tm_gmtoff"
}

/// The seconds an argument stands for; none: now.
fn seconds(thread: &Thread, value: Value) -> Result<i64> {
    if value.is_missing() || value.is_none() {
        return Ok(super::clock(libc::CLOCK_REALTIME).0);
    }
    if let Some(seconds) = int::to_i64(value) {
        return Ok(seconds);
    }
    let seconds = convert::to_f64(thread, value)?;
    if seconds.is_nan() {
        return raise!(thread, ValueError, "Invalid value NaN (not a number)");
    }
    if !(-9.2e18..9.2e18).contains(&seconds) {
        return raise!(
            thread,
            OverflowError,
            "timestamp out of range for platform time_t"
        );
    }
    Ok(seconds.floor() as i64)
}

fn empty() -> libc::tm {
    // SAFETY: all-zero bytes are a valid `tm`.
    unsafe { std::mem::zeroed() }
}

fn to_structure(thread: &Thread, tm: &libc::tm) -> Owned {
    let number = |n: i32| int::from_i64(thread, i64::from(n));
    let mut fields = vec![
        int::from_i64(thread, i64::from(tm.tm_year) + 1900),
        number(tm.tm_mon + 1),
        number(tm.tm_mday),
        number(tm.tm_hour),
        number(tm.tm_min),
        number(tm.tm_sec),
        number((tm.tm_wday + 6) % 7),
        number(tm.tm_yday + 1),
        number(tm.tm_isdst),
    ];
    // SAFETY: null, or the name of a zone, which the C library keeps.
    let zone = unsafe {
        match tm.tm_zone.is_null() {
            true => Vec::new(),
            false => CStr::from_ptr(tm.tm_zone).to_bytes().to_vec(),
        }
    };
    fields.push(builtins::io::path_str(thread, &zone));
    fields.push(int::from_i64(thread, tm.tm_gmtoff));
    STRUCT_TIME.make(thread, fields)
}

type Breaker = unsafe extern "C" fn(*const libc::time_t, *mut libc::tm) -> *mut libc::tm;

fn broken_down(thread: &Thread, seconds: i64, breaker: Breaker) -> Result<libc::tm> {
    let mut tm = empty();
    // SAFETY: valid places for the time and the result.
    let result = unsafe { breaker(&raw const seconds, &raw mut tm) };
    if result.is_null() {
        return Err(raise_os_error(thread, &Error::last_os_error(), None));
    }
    Ok(tm)
}

pub(super) fn gmtime(thread: &Thread, args: &[Value]) -> Result {
    let seconds = seconds(thread, args[0])?;
    let tm = broken_down(thread, seconds, libc::gmtime_r)?;
    Ok(to_structure(thread, &tm))
}

pub(super) fn localtime(thread: &Thread, args: &[Value]) -> Result {
    let seconds = seconds(thread, args[0])?;
    let tm = broken_down(thread, seconds, libc::localtime_r)?;
    Ok(to_structure(thread, &tm))
}

/// The nine numbers of a structure or tuple.
fn from_structure(thread: &Thread, value: Value) -> Result<libc::tm> {
    let Some(fields) = value.get::<Tuple>() else {
        return raise!(thread, TypeError, "Tuple or struct_time argument required");
    };
    if fields.len() < 9 {
        return raise!(
            thread,
            TypeError,
            "function takes exactly 9 arguments ({} given)",
            fields.len()
        );
    }
    let number = |i: usize| convert::to_c_int(thread, fields.items()[i]);
    let mut tm = empty();
    let year = number(0)?;
    let Some(year) = year.checked_sub(1900) else {
        return raise!(thread, OverflowError, "year out of range");
    };
    tm.tm_year = year;
    tm.tm_mon = number(1)? - 1;
    tm.tm_mday = number(2)?;
    tm.tm_hour = number(3)?;
    tm.tm_min = number(4)?;
    tm.tm_sec = number(5)?;
    tm.tm_wday = (number(6)?.wrapping_add(1)) % 7;
    tm.tm_yday = number(7)? - 1;
    tm.tm_isdst = number(8)?;
    Ok(tm)
}

/// Zeros stand for the first of a month, day or year.
fn checked(thread: &Thread, mut tm: libc::tm) -> Result<libc::tm> {
    if tm.tm_mon == -1 {
        tm.tm_mon = 0;
    }
    if tm.tm_mday == 0 {
        tm.tm_mday = 1;
    }
    if tm.tm_yday == -1 {
        tm.tm_yday = 0;
    }
    let problem = match () {
        () if !(0..12).contains(&tm.tm_mon) => "month out of range",
        () if !(1..32).contains(&tm.tm_mday) => "day of month out of range",
        () if !(0..24).contains(&tm.tm_hour) => "hour out of range",
        () if !(0..60).contains(&tm.tm_min) => "minute out of range",
        () if !(0..62).contains(&tm.tm_sec) => "seconds out of range",
        () if tm.tm_wday < 0 => "day of week out of range",
        () if !(0..366).contains(&tm.tm_yday) => "day of year out of range",
        () => return Ok(tm),
    };
    raise!(thread, ValueError, "{problem}")
}

pub(super) fn mktime(thread: &Thread, args: &[Value]) -> Result {
    let mut tm = from_structure(thread, args[0])?;
    tm.tm_wday = -1;
    // SAFETY: a valid structure.
    let seconds = unsafe { libc::mktime(&raw mut tm) };
    if seconds == -1 && tm.tm_wday == -1 {
        return raise!(thread, OverflowError, "mktime argument out of range");
    }
    Ok(float::new(thread, seconds as f64))
}

fn given_or_now(thread: &Thread, value: Value) -> Result<libc::tm> {
    match value.is_missing() {
        true => broken_down(thread, seconds(thread, value)?, libc::localtime_r),
        false => checked(thread, from_structure(thread, value)?),
    }
}

const DAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

fn as_text(thread: &Thread, tm: &libc::tm) -> Owned {
    let text = format!(
        "{} {}{:3} {:02}:{:02}:{:02} {}",
        DAYS[tm.tm_wday as usize % 7],
        MONTHS[tm.tm_mon as usize % 12],
        tm.tm_mday,
        tm.tm_hour,
        tm.tm_min,
        tm.tm_sec,
        i64::from(tm.tm_year) + 1900
    );
    str::new(thread, &text)
}

pub(super) fn asctime(thread: &Thread, args: &[Value]) -> Result {
    let tm = given_or_now(thread, args[0])?;
    Ok(as_text(thread, &tm))
}

pub(super) fn ctime(thread: &Thread, args: &[Value]) -> Result {
    let seconds = seconds(thread, args[0])?;
    let tm = broken_down(thread, seconds, libc::localtime_r)?;
    Ok(as_text(thread, &tm))
}

pub(super) fn strftime(thread: &Thread, args: &[Value]) -> Result {
    let Some(format) = args[0].get::<Str>() else {
        return raise!(
            thread,
            TypeError,
            "strftime() argument 1 must be str, not {}",
            convert::argument_type(args[0])
        );
    };
    let mut tm = given_or_now(thread, args[1])?;
    if let Some(fields) = args[1].get::<Tuple>() {
        // A structure knows its zone.
        let known = attribute::get_optional(thread, args[1], str::intern(thread, "tm_gmtoff"))?;
        let offset = known.and_then(|offset| int::to_i64(offset.value()));
        let mut zone = tm;
        // SAFETY: a valid structure; what `mktime` finds out about the zone is taken over.
        unsafe { libc::mktime(&raw mut zone) };
        tm.tm_gmtoff = offset.unwrap_or(zone.tm_gmtoff);
        tm.tm_zone = match offset {
            Some(0) if fields.len() >= 9 && zone.tm_gmtoff != 0 => c"GMT".as_ptr(),
            _ => zone.tm_zone,
        };
    }
    // Pieces between NULs, which C would stop at.
    let format = format.to_str_lossy().into_owned();
    let mut text = Vec::new();
    for (i, piece) in format.split('\0').enumerate() {
        if i > 0 {
            text.push(0);
        }
        let Ok(piece) = CString::new(piece) else {
            continue;
        };
        let mut buffer = vec![0u8; 256 + 32 * piece.as_bytes().len()];
        let (place, size) = (buffer.as_mut_ptr().cast(), buffer.len());
        // SAFETY: valid C strings and a valid structure; the C library writes at most `size` bytes.
        let length = unsafe { libc::strftime(place, size, piece.as_ptr(), &raw const tm) };
        text.extend_from_slice(&buffer[..length]);
    }
    Ok(builtins::io::path_str(thread, &text))
}

/// `strptime` is Python's.
pub(super) fn strptime(thread: &Thread, args: &[Value]) -> Result {
    let name = str::intern(thread, "_strptime");
    let module = import::import_module(thread, name, Value::NONE, Value::NONE, 0)?;
    let function = str::intern(thread, "_strptime_time");
    let function = attribute::get(thread, module.value(), function)?;
    let given: Vec<Value> = args
        .iter()
        .copied()
        .filter(|arg| !arg.is_missing())
        .collect();
    call::call(thread, function.value(), &given)
}

unsafe extern "C" {
    fn tzset();
}

/// Reads the zone anew, and says what it is.
pub(super) fn set_zone(thread: &Thread, module: &Module) -> Result<()> {
    const YEAR: i64 = 365 * 24 * 3600;
    // SAFETY: the C library reads the environment.
    unsafe { tzset() };
    let (now, _) = super::clock(libc::CLOCK_REALTIME);
    let start = now / YEAR * YEAR;
    let winter = broken_down(thread, start, libc::localtime_r)?;
    let summer = broken_down(thread, start + YEAR / 2, libc::localtime_r)?;
    // On the southern half of the world it is the other way round.
    let (standard, other) = match winter.tm_gmtoff <= summer.tm_gmtoff {
        true => (winter, summer),
        false => (summer, winter),
    };
    let name = |tm: &libc::tm| {
        let structure = to_structure(thread, tm);
        attribute::get(thread, structure.value(), str::intern(thread, "tm_zone"))
    };
    let names = tuple::new(thread, vec![name(&standard)?, name(&other)?]);
    module.set(thread, "tzname", names.value())?;
    for (key, number) in [
        ("timezone", -standard.tm_gmtoff),
        ("altzone", -other.tm_gmtoff),
        ("daylight", i64::from(standard.tm_gmtoff != other.tm_gmtoff)),
    ] {
        module.set(thread, key, int::from_i64(thread, number).value())?;
    }
    Ok(())
}

pub(super) fn tzset_(thread: &Thread, _: &[Value]) -> Result {
    if let Some(module) = import::loaded(thread, "time")
        && let Some(module) = module.get::<Module>()
    {
        set_zone(thread, module)?;
    }
    Ok(Owned::NONE)
}

pub(super) fn define(thread: &Thread, module: &Module) -> Result<()> {
    module.set(thread, "struct_time", STRUCT_TIME.define(thread))?;
    let count = int::from_i64(thread, 11);
    module.set(thread, "_STRUCT_TM_ITEMS", count.value())?;
    set_zone(thread, module)
}
