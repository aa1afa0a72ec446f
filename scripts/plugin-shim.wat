;; The C functions that filter plugins import and h5wasm does not export: memcmp, ldexp, __errno_location, the
;; printing with which they complain about damaged data before they say so by their return value (it prints nothing),
;; and the ends of threads that never were.
;; scripts/build-plugins.mjs makes an Emscripten side module of it and names it in the plugins that need it.
(module
  (import "env" "memory" (memory 1))
  ;; Emscripten reserves four bytes here for errno (see the memory size in dylink.0).
  (import "env" "__memory_base" (global $base i32))

  (func (export "__errno_location") (result i32) (global.get $base))

  (func (export "fwrite") (param i32 i32 i32 i32) (result i32) (local.get 2))
  (func (export "fputc") (param i32 i32) (result i32) (local.get 0))
  (func (export "puts") (param i32) (result i32) (i32.const 0))
  (func (export "fflush") (param i32) (result i32) (i32.const 0))
  (func (export "fiprintf") (param i32 i32 i32) (result i32) (i32.const 0))
  (func (export "__small_fprintf") (param i32 i32 i32) (result i32) (i32.const 0))

  ;; Blosc2 tidies up its threads after an error; there are none.
  (func (export "pthread_mutex_destroy") (param i32) (result i32) (i32.const 0))
  (func (export "pthread_cond_destroy") (param i32) (result i32) (i32.const 0))
  (func (export "pthread_attr_destroy") (param i32) (result i32) (i32.const 0))
  (func (export "pthread_barrier_destroy") (param i32) (result i32) (i32.const 0))

  (func (export "memcmp") (param $a i32) (param $b i32) (param $n i32) (result i32) (local $d i32)
    (block $out
      (loop $next
        (br_if $out (i32.eqz (local.get $n)))
        (local.set $d (i32.sub (i32.load8_u (local.get $a)) (i32.load8_u (local.get $b))))
        (br_if $out (local.get $d))
        (local.set $a (i32.add (local.get $a) (i32.const 1)))
        (local.set $b (i32.add (local.get $b) (i32.const 1)))
        (local.set $n (i32.sub (local.get $n) (i32.const 1)))
        (br $next)))
    (local.get $d))

  ;; x * 2^n. Exponents outside the range of a double are applied in up to three steps; the steps down leave 53 bits to
  ;; spare, so that a subnormal result is rounded once.
  (func (export "ldexp") (param $x f64) (param $n i32) (result f64)
    (if (i32.gt_s (local.get $n) (i32.const 1023))
      (then
        (local.set $x (f64.mul (local.get $x) (f64.const 0x1p+1023)))
        (local.set $n (i32.sub (local.get $n) (i32.const 1023)))
        (if (i32.gt_s (local.get $n) (i32.const 1023))
          (then
            (local.set $x (f64.mul (local.get $x) (f64.const 0x1p+1023)))
            (local.set $n (i32.sub (local.get $n) (i32.const 1023)))
            (if (i32.gt_s (local.get $n) (i32.const 1023)) (then (local.set $n (i32.const 1023)))))))
      (else
        (if (i32.lt_s (local.get $n) (i32.const -1022))
          (then
            (local.set $x (f64.mul (local.get $x) (f64.const 0x1p-969)))
            (local.set $n (i32.add (local.get $n) (i32.const 969)))
            (if (i32.lt_s (local.get $n) (i32.const -1022))
              (then
                (local.set $x (f64.mul (local.get $x) (f64.const 0x1p-969)))
                (local.set $n (i32.add (local.get $n) (i32.const 969)))
                (if (i32.lt_s (local.get $n) (i32.const -1022)) (then (local.set $n (i32.const -1022))))))))))
    (f64.mul
      (local.get $x)
      (f64.reinterpret_i64
        (i64.shl (i64.extend_i32_s (i32.add (local.get $n) (i32.const 1023))) (i64.const 52))))))
