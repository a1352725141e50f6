;; Pixels of blue, green, red and nothing to I420 in BT.709 and the limited range, 8 by 2 pixels at a time. Chroma is the mean of
;; four pixels. The width is a multiple of 8, the height of 2. Factors and rounding are those of FFmpeg's scale filter with
;; flags=area+accurate_rnd+bitexact: the same bytes come out.
(module
  (memory (export "memory") 1)

  ;; Lanes of 16 bits: blue, red, blue, red ...
  (func $blueRed (param $pixels v128) (result v128)
    (v128.and (local.get $pixels) (v128.const i32x4 0xff00ff 0xff00ff 0xff00ff 0xff00ff)))

  ;; Lanes of 16 bits: green, 0, green, 0 ...
  (func $green (param $pixels v128) (result v128)
    (v128.and (i32x4.shr_u (local.get $pixels) (i32.const 8)) (v128.const i32x4 0xff 0xff 0xff 0xff)))

  ;; Four samples of luma: (0.0620 B + 0.1826 R + 0.6142 G + 16.508), in parts of 2^15.
  (func $luma (param $pixels v128) (result v128)
    (i32x4.shr_s
      (i32x4.add
        (i32x4.add
          (i32x4.dot_i16x8_s (call $blueRed (local.get $pixels)) (v128.const i16x8 2032 5983 2032 5983 2032 5983 2032 5983))
          (i32x4.dot_i16x8_s (call $green (local.get $pixels)) (v128.const i16x8 20127 0 20127 0 20127 0 20127 0)))
        (v128.const i32x4 540928 540928 540928 540928))
      (i32.const 15)))

  ;; Eight bytes of luma.
  (func $storeLuma (param $to i32) (param $left v128) (param $right v128)
    (local $words v128)
    (local.set $words (i16x8.narrow_i32x4_s (call $luma (local.get $left)) (call $luma (local.get $right))))
    (v128.store64_lane 0 (local.get $to) (i8x16.narrow_i16x8_u (local.get $words) (local.get $words))))

  ;; The sums of each two pixels beside each other, of eight.
  (func $pairs (param $left v128) (param $right v128) (result v128)
    (i16x8.add
      (i8x16.shuffle 0 1 2 3 8 9 10 11 16 17 18 19 24 25 26 27 (local.get $left) (local.get $right))
      (i8x16.shuffle 4 5 6 7 12 13 14 15 20 21 22 23 28 29 30 31 (local.get $left) (local.get $right))))

  ;; Four samples of chroma of one row, of the sums of two pixels: in parts of 2^6.
  (func $chroma (param $blueRed v128) (param $green v128) (param $byBlueRed v128) (param $byGreen v128) (result v128)
    (i32x4.shr_s
      (i32x4.add
        (i32x4.add
          (i32x4.dot_i16x8_s (local.get $blueRed) (local.get $byBlueRed))
          (i32x4.dot_i16x8_s (local.get $green) (local.get $byGreen)))
        (v128.const i32x4 8389120 8389120 8389120 8389120))
      (i32.const 10)))

  ;; Four bytes of chroma: the mean of two rows.
  (func $storeChroma (param $to i32) (param $upper v128) (param $lower v128)
    (local $words v128)
    (local.set $words
      (i32x4.shr_s
        (i32x4.add (i32x4.add (local.get $upper) (local.get $lower)) (v128.const i32x4 64 64 64 64))
        (i32.const 7)))
    (local.set $words (i16x8.narrow_i32x4_s (local.get $words) (local.get $words)))
    (v128.store32_lane 0 (local.get $to) (i8x16.narrow_i16x8_u (local.get $words) (local.get $words))))

  (func (export "convert") (param $from i32) (param $to i32) (param $width i32) (param $height i32)
    (local $below i32) (local $lower i32) (local $u i32) (local $v i32) (local $columns i32)
    (local $a v128) (local $b v128) (local $c v128) (local $d v128) (local $blueRed v128) (local $green v128)
    (local $blueRedBelow v128) (local $greenBelow v128)
    (local.set $u (i32.add (local.get $to) (i32.mul (local.get $width) (local.get $height))))
    (local.set $v (i32.add (local.get $u) (i32.shr_u (i32.mul (local.get $width) (local.get $height)) (i32.const 2))))
    (loop $rows
      (local.set $below (i32.add (local.get $from) (i32.shl (local.get $width) (i32.const 2))))
      (local.set $lower (i32.add (local.get $to) (local.get $width)))
      (local.set $columns (local.get $width))
      (loop $eight
        (local.set $a (v128.load (local.get $from)))
        (local.set $b (v128.load offset=16 (local.get $from)))
        (local.set $c (v128.load (local.get $below)))
        (local.set $d (v128.load offset=16 (local.get $below)))
        (call $storeLuma (local.get $to) (local.get $a) (local.get $b))
        (call $storeLuma (local.get $lower) (local.get $c) (local.get $d))
        (local.set $blueRed (call $pairs (call $blueRed (local.get $a)) (call $blueRed (local.get $b))))
        (local.set $green (call $pairs (call $green (local.get $a)) (call $green (local.get $b))))
        (local.set $blueRedBelow (call $pairs (call $blueRed (local.get $c)) (call $blueRed (local.get $d))))
        (local.set $greenBelow (call $pairs (call $green (local.get $c)) (call $green (local.get $d))))
        (call $storeChroma (local.get $u)
          (call $chroma (local.get $blueRed) (local.get $green)
            (v128.const i16x8 14392 -3298 14392 -3298 14392 -3298 14392 -3298)
            (v128.const i16x8 -11094 0 -11094 0 -11094 0 -11094 0))
          (call $chroma (local.get $blueRedBelow) (local.get $greenBelow)
            (v128.const i16x8 14392 -3298 14392 -3298 14392 -3298 14392 -3298)
            (v128.const i16x8 -11094 0 -11094 0 -11094 0 -11094 0)))
        (call $storeChroma (local.get $v)
          (call $chroma (local.get $blueRed) (local.get $green)
            (v128.const i16x8 -1320 14392 -1320 14392 -1320 14392 -1320 14392)
            (v128.const i16x8 -13073 0 -13073 0 -13073 0 -13073 0))
          (call $chroma (local.get $blueRedBelow) (local.get $greenBelow)
            (v128.const i16x8 -1320 14392 -1320 14392 -1320 14392 -1320 14392)
            (v128.const i16x8 -13073 0 -13073 0 -13073 0 -13073 0)))
        (local.set $from (i32.add (local.get $from) (i32.const 32)))
        (local.set $below (i32.add (local.get $below) (i32.const 32)))
        (local.set $to (i32.add (local.get $to) (i32.const 8)))
        (local.set $lower (i32.add (local.get $lower) (i32.const 8)))
        (local.set $u (i32.add (local.get $u) (i32.const 4)))
        (local.set $v (i32.add (local.get $v) (i32.const 4)))
        (br_if $eight (local.tee $columns (i32.sub (local.get $columns) (i32.const 8)))))
      (local.set $from (local.get $below))
      (local.set $to (local.get $lower))
      (br_if $rows (local.tee $height (i32.sub (local.get $height) (i32.const 2)))))))
